/** Who may come in: accounts, log-in, sessions, the authentication of every request, and what a super_admin may do. */
@NullMarked
package com.smartmarketingagent.account;

import org.jspecify.annotations.NullMarked;
