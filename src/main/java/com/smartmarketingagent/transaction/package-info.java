/** A business's sales and refunds: what was bought, by whom, on which day, for how much. */
@NullMarked
package com.smartmarketingagent.transaction;

import org.jspecify.annotations.NullMarked;
