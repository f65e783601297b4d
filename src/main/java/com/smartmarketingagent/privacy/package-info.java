/**
 * What the law on personal data (UU 27/2022) asks of a shop: its customers' requests, and what to do after a breach.
 */
@NullMarked
package com.smartmarketingagent.privacy;

import org.jspecify.annotations.NullMarked;
