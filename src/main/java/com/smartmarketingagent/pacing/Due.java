package com.smartmarketingagent.pacing;

import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Something that will have to be done.
 *
 * @param zone of the reader who is to be written to; null where a lease ends
 */
public record Due(Instant at, @Nullable ZoneId zone) {}
