/** The super_admin's pages: every shop with its numbers, a look into one, and how the system is. */
@NullMarked
package com.smartmarketingagent.admin;

import org.jspecify.annotations.NullMarked;
