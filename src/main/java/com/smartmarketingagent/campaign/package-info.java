/** Messages to many: whom, what, a person's approval, each sent at most once, and what it brought. */
@NullMarked
package com.smartmarketingagent.campaign;

import org.jspecify.annotations.NullMarked;
