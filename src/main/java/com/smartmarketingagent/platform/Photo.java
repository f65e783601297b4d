package com.smartmarketingagent.platform;

import java.awt.Color;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import org.jboss.logging.Logger;

/**
 * A picture as it may be sent on: read for what is in it, whatever it is called, and written anew as JPEG, upright and
 * no larger than telephones show it. Nothing else of the file is kept: not where it was taken, not by which device, nor
 * what hides behind it.
 *
 * @param width in pixels
 * @param height in pixels
 */
public record Photo(int width, int height) {

    private static final Logger LOG = Logger.getLogger(Photo.class);

    /** In bytes, before. */
    public static final long LARGEST = 15 << 20;

    /** In pixels, of the longer side, after. */
    static final int SIDE = 1600;

    /** A picture that unpacks to more is no photograph, or nobody needs it so large. */
    private static final long MOST_PIXELS = 40_000_000;

    private static final int LONGEST_SIDE = 16_000;

    /** So many pixels a side are in memory at most: larger ones are thinned out while they are read. */
    private static final int IN_MEMORY = 2_400;

    private static final float QUALITY = 0.85f;

    /** One at a time: each takes some 20 MB. */
    private static final Lock TURN = new ReentrantLock();

    /** By the words of the JDK's reader and of the library below it. */
    private static final Pattern CUT_SHORT = Pattern.compile("Truncated|Premature");

    private static final int EXIF_WITHIN = 1 << 17;

    /**
     * @param to is written
     * @throws Problem.Unsupported where it is no JPEG or PNG that can be read
     * @throws Problem.TooLarge in bytes or pixels
     */
    public static Photo prepare(Path from, Path to) {
        TURN.lock();
        try (var in = ImageIO.createImageInputStream(from.toFile())) {
            if (Files.size(from) > LARGEST) throw new Problem.TooLarge("photo.too_large", LARGEST >> 20);
            var head = head(from);
            var format = format(head);
            var reader = ImageIO.getImageReadersByFormatName(format).next();
            try {
                reader.setInput(in, true, true);
                var picture = upright(read(reader), orientation(head));
                write(picture, to);
                return new Photo(picture.getWidth(), picture.getHeight());
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            // what readers throw for what is broken
            LOG.debug("No picture", e);
            throw new Problem.Unsupported("photo.kind");
        } finally {
            TURN.unlock();
        }
    }

    private static byte[] head(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(EXIF_WITHIN);
        }
    }

    private static String format(byte[] head) {
        if (head.length > 3 && head[0] == (byte) 0xFF && head[1] == (byte) 0xD8 && head[2] == (byte) 0xFF)
            return "jpeg";
        var png = new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
        if (head.length > png.length && Arrays.equals(Arrays.copyOf(head, png.length), png)) return "png";
        throw new Problem.Unsupported("photo.kind");
    }

    private static BufferedImage read(ImageReader reader) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        int longer = Math.max(width, height);
        if (longer > LONGEST_SIDE || (long) width * height > MOST_PIXELS)
            throw new Problem.TooLarge("photo.too_many_pixels", MOST_PIXELS / 1_000_000);
        var how = reader.getDefaultReadParam();
        int every = Math.ceilDiv(longer, IN_MEMORY);
        how.setSourceSubsampling(every, every, 0, 0);
        var whole = new AtomicBoolean(true);
        // of a JPEG that is cut short the reader paints the rest grey, and says so only here
        reader.addIIOReadWarningListener((_, warning) -> {
            if (CUT_SHORT.matcher(warning).find()) whole.set(false);
        });
        var picture = reader.read(0, how);
        if (!whole.get()) throw new IIOException("It is cut short.");
        return picture;
    }

    /** @param orientation by EXIF: from 1, which is upright, to 8 */
    private static BufferedImage upright(BufferedImage picture, int orientation) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        double scale = Math.min(1, (double) SIDE / Math.max(width, height));
        boolean turned = orientation >= 5;
        int w = Math.max(1, (int) Math.round((turned ? height : width) * scale));
        int h = Math.max(1, (int) Math.round((turned ? width : height) * scale));
        var turn = switch (orientation) {
            case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
            case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
            case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
            case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
            case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
            case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
            case 8 -> new AffineTransform(0, -1, 1, 0, 0, width);
            default -> new AffineTransform();
        };
        turn.preConcatenate(AffineTransform.getScaleInstance(scale, scale));
        var upright = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
        var canvas = upright.createGraphics();
        try {
            // JPEG knows nothing that can be seen through
            canvas.setColor(Color.WHITE);
            canvas.fillRect(0, 0, w, h);
            canvas.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            canvas.drawImage(picture, turn, null);
        } finally {
            canvas.dispose();
        }
        return upright;
    }

    private static void write(BufferedImage picture, Path to) {
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try {
            // what is there already would be written over, and longer
            Files.deleteIfExists(to);
            try (var out = ImageIO.createImageOutputStream(to.toFile())) {
                writer.setOutput(out);
                var how = writer.getDefaultWriteParam();
                how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                how.setCompressionQuality(QUALITY);
                writer.write(null, new IIOImage(picture, null, null), how);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
    }

    /** As a JPEG's EXIF says it (CIPA DC-008, tag 0x0112); 1 where it says nothing that can be understood. */
    static int orientation(byte[] head) {
        try {
            var jpeg = ByteBuffer.wrap(head);
            int at = 2;
            while ((jpeg.getShort(at) & 0xFFFF) != 0xFFE1 || !isExif(head, at + 4)) {
                if (jpeg.get(at) != (byte) 0xFF || jpeg.get(at + 1) == (byte) 0xDA) return 1;
                at += 2 + (jpeg.getShort(at + 2) & 0xFFFF);
            }
            return tagged(jpeg.position(at + 10).slice());
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            LOG.debug("No orientation", e);
            return 1;
        }
    }

    private static boolean isExif(byte[] head, int at) {
        return Arrays.equals(Arrays.copyOfRange(head, at, at + 6), "Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    }

    private static int tagged(ByteBuffer tiff) {
        tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if (tiff.getShort(entry) != 0x0112) continue;
            int said = tiff.getShort(entry + 8);
            return said >= 1 && said <= 8 ? said : 1;
        }
        return 1;
    }
}
