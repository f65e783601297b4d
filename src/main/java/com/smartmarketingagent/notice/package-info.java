/** What owners are told of what happened while they were not looking. */
@NullMarked
package com.smartmarketingagent.notice;

import org.jspecify.annotations.NullMarked;
