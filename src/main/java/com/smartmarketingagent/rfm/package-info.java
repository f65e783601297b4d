/** Who the customers are: recency, frequency and money turned into scores, segments and what would move someone up. */
@NullMarked
package com.smartmarketingagent.rfm;

import org.jspecify.annotations.NullMarked;
