/** From the file an owner has to customers and sales. Reading knows no database: a file becomes checked lines. */
@NullMarked
package com.smartmarketingagent.importing;

import org.jspecify.annotations.NullMarked;
