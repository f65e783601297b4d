/** What changes in a shop, told to its open pages. */
@NullMarked
package com.smartmarketingagent.live;

import org.jspecify.annotations.NullMarked;
