/** What visitors and search engines see: what the product is, in two languages. */
@NullMarked
package com.smartmarketingagent.landing;

import org.jspecify.annotations.NullMarked;
