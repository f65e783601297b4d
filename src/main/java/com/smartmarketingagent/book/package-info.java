/** The shop's book of customers as its owner reads it: who they are, what they bought, and where they stand. */
@NullMarked
package com.smartmarketingagent.book;

import org.jspecify.annotations.NullMarked;
