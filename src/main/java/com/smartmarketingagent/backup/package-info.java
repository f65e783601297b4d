/** Everything of the installation in one file, and back. */
@NullMarked
package com.smartmarketingagent.backup;

import org.jspecify.annotations.NullMarked;
