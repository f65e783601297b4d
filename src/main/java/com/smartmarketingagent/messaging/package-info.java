/** The ways by which one message reaches one person, and what may come of it. */
@NullMarked
package com.smartmarketingagent.messaging;

import org.jspecify.annotations.NullMarked;
