/** People a business sells to: who they are, and how they are reached. */
@NullMarked
package com.smartmarketingagent.customer;

import org.jspecify.annotations.NullMarked;
