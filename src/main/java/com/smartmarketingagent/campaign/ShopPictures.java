package com.smartmarketingagent.campaign;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Photo;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.ShopFile;
import com.smartmarketingagent.platform.ShopFile.Purpose;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that shops send here to go with their messages. Whoever has the address of one sees it, as with a letter's:
 * nobody guesses the random id in it.
 */
@Singleton
class ShopPictures {

    private static final Pattern ADDRESS = Pattern.compile("(.*)/pictures/([A-Za-z0-9_-]{43})");

    private final Db db;
    private final ShopFiles files;
    private final CampaignRepository campaigns;
    private final Settings settings;

    ShopPictures(Db db, ShopFiles files, CampaignRepository campaigns, Settings settings) {
        this.db = db;
        this.files = files;
        this.campaigns = campaigns;
        this.settings = settings;
    }

    /** Whose picture it is, and which. */
    record Named(UserId shop, UUID id) {

        String path() {
            var bytes = ByteBuffer.allocate(32)
                    .putLong(shop.value().getMostSignificantBits())
                    .putLong(shop.value().getLeastSignificantBits())
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits());
            return "/pictures/" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
        }

        /** Null where it is none. */
        static @Nullable Named of(String token) {
            try {
                var bytes = Base64.getUrlDecoder().decode(token);
                if (bytes.length != 32) return null;
                var read = ByteBuffer.wrap(bytes);
                return new Named(
                        new UserId(new UUID(read.getLong(), read.getLong())), new UUID(read.getLong(), read.getLong()));
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
    }

    /**
     * Puts a picture into the storage, upright, small and without what its telephone wrote into it; it stays a day,
     * unless it is kept.
     *
     * @param file where it lies while the request lasts
     * @throws Problem where it is none, too large, or can't be stored
     */
    UUID bring(UserId user, Path file, String name) {
        var ready = file.resolveSibling(file.getFileName() + ".jpg");
        try {
            Photo.prepare(file, ready);
            var id = UUID.randomUUID();
            files.bring(user, id, Purpose.PICTURE, name.isBlank() ? "gambar" : name, "image/jpeg", ready);
            return id;
        } finally {
            delete(ready);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param asked where this installation was asked for, which is its address where no other is set */
    URI address(UserId user, UUID id, String asked) {
        var base = settings.publicUrl().map(URI::toString).orElse(asked);
        return URI.create(base + new Named(user, id).path());
    }

    /** Whether an address is that of a picture that the shop has here: there is no need to look at it. */
    boolean isTheirs(UserId user, String address) {
        var theirs = theirs(user, address);
        return theirs.isPresent()
                && db.inTenant(user, tx -> find(tx, user, theirs.get())).isPresent();
    }

    private Optional<UUID> theirs(UserId user, @Nullable String address) {
        if (address == null) return Optional.empty();
        var parts = ADDRESS.matcher(address);
        if (!parts.matches()) return Optional.empty();
        boolean elsewhere = settings.publicUrl()
                .filter(ours -> !ours.toString().equals(parts.group(1)))
                .isPresent();
        var named = Named.of(parts.group(2));
        return elsewhere || named == null || !named.shop().equals(user) ? Optional.empty() : Optional.of(named.id());
    }

    /** Deletes what was at an address, if it is a picture of theirs that no campaign has any more. */
    void forgetUnused(Handle tx, UserId user, @Nullable String address) {
        theirs(user, address)
                .filter(id -> find(tx, user, id).isPresent() && !isUsed(tx, user, id))
                .ifPresent(id -> files.forget(tx, user, id));
    }

    /** Whether a campaign has it, whatever became of that: mails lead to it for ever. */
    boolean isUsed(Handle tx, UserId user, UUID id) {
        return campaigns.hasMedia(tx, user, new Named(user, id).path());
    }

    /** Empty where there is none. */
    Optional<ShopFile> find(Handle tx, UserId user, UUID id) {
        return files.find(tx, user, id).filter(file -> file.purpose() == Purpose.PICTURE);
    }
}
