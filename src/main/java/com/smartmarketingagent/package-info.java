/** Where the program starts: the server and the commands. */
@NullMarked
package com.smartmarketingagent;

import org.jspecify.annotations.NullMarked;
