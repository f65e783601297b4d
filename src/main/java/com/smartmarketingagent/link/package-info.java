/** Short links in messages, and who followed them. */
@NullMarked
package com.smartmarketingagent.link;

import org.jspecify.annotations.NullMarked;
