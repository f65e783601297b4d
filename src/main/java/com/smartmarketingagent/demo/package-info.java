/** A shop with made-up customers and sales, to look at the product with, and its removal without a trace. */
@NullMarked
package com.smartmarketingagent.demo;

import org.jspecify.annotations.NullMarked;
