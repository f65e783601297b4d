/** The owner's first page: who their customers are, and the place to hand over a file. */
@NullMarked
package com.smartmarketingagent.dashboard;

import org.jspecify.annotations.NullMarked;
