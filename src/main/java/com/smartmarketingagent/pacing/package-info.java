/** When whose messages may go out: quiet hours, warm-up, gaps. */
@NullMarked
package com.smartmarketingagent.pacing;

import org.jspecify.annotations.NullMarked;
