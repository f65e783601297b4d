/** What no feature owns: database access, errors, the envelope, clock, words, limits. */
@NullMarked
package com.smartmarketingagent.platform;

import org.jspecify.annotations.NullMarked;
