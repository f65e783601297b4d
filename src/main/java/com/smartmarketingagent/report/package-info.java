/** What a week or a month brought: on screen, and as a file to keep or to show. */
@NullMarked
package com.smartmarketingagent.report;

import org.jspecify.annotations.NullMarked;
