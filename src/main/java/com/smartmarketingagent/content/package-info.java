/** Texts for customers: written by a model or put together from ours, held against the facts, kept as templates. */
@NullMarked
package com.smartmarketingagent.content;

import org.jspecify.annotations.NullMarked;
