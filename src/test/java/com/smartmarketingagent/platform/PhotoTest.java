package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures as owners' telephones take them, and what isn't one. */
public class PhotoTest {

    private static final String WHERE = "Jalan Malioboro 7, -7.7926,110.3658";

    @TempDir
    Path folder;

    /** Red above, blue below. */
    private static BufferedImage flag(int width, int height, int type) {
        var picture = new BufferedImage(width, height, type);
        var canvas = picture.createGraphics();
        canvas.setColor(Color.RED);
        canvas.fillRect(0, 0, width, height / 2);
        canvas.setColor(Color.BLUE);
        canvas.fillRect(0, height / 2, width, height - height / 2);
        canvas.dispose();
        return picture;
    }

    private static byte[] encoded(BufferedImage picture, String format) throws IOException {
        var out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(picture, format, out)).isTrue();
        return out.toByteArray();
    }

    /** A JPEG that says how it is held and where it was taken, as a telephone writes it. */
    public static byte[] taken(int width, int height, int orientation) throws IOException {
        var jpeg = encoded(flag(width, height, BufferedImage.TYPE_INT_RGB), "jpeg");
        var where = WHERE.getBytes(StandardCharsets.US_ASCII);
        var exif = new ByteArrayOutputStream();
        var data = new DataOutputStream(exif);
        data.writeBytes("Exif\0\0MM\0*");
        data.writeInt(8);
        data.writeShort(2);
        // orientation
        data.writeShort(0x0112);
        data.writeShort(3);
        data.writeInt(1);
        data.writeShort(orientation);
        data.writeShort(0);
        // GPS, by whatever text
        data.writeShort(0x8825);
        data.writeShort(2);
        data.writeInt(where.length);
        data.writeInt(38);
        data.writeInt(0);
        data.write(where);
        return ByteBuffer.allocate(jpeg.length + 4 + exif.size())
                .put(jpeg, 0, 2)
                .putShort((short) 0xFFE1)
                .putShort((short) (2 + exif.size()))
                .put(exif.toByteArray())
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(Files.createTempFile(folder, "sent", ".jpg"), content);
    }

    private BufferedImage prepared(byte[] content) throws IOException {
        var to = folder.resolve("prepared");
        var photo = Photo.prepare(file(content), to);
        var bytes = Files.readAllBytes(to);
        assertThat(bytes).startsWith(0xFF, 0xD8, 0xFF);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("Exif", "Malioboro", "<script");
        var picture = ImageIO.read(to.toFile());
        assertThat(picture.getWidth()).isEqualTo(photo.width());
        assertThat(picture.getHeight()).isEqualTo(photo.height());
        return picture;
    }

    private static boolean isRed(BufferedImage picture, double x, double y) {
        var color =
                new Color(picture.getRGB((int) (x * (picture.getWidth() - 1)), (int) (y * (picture.getHeight() - 1))));
        return color.getRed() > 200 && color.getBlue() < 60;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.95})
    void aPictureThatIsCutShortIsNone(double part) throws Exception {
        var whole = taken(1_200, 900, 1);
        assertThatThrownBy(() -> prepared(Arrays.copyOf(whole, (int) (whole.length * part))))
                .isInstanceOf(Problem.Unsupported.class);
    }

    @Test
    void whereItWasTakenIsNotInIt() throws Exception {
        var sent = taken(400, 300, 1);
        assertThat(new String(sent, StandardCharsets.ISO_8859_1)).contains("Exif", "Malioboro");
        var picture = prepared(sent);
        assertThat(picture.getWidth()).isEqualTo(400);
        assertThat(picture.getHeight()).isEqualTo(300);
    }

    /** How it is held by its EXIF, and where the red half is then. */
    @ParameterizedTest
    @CsvSource({
        "1, 0.5, 0.1", "2, 0.5, 0.1", "3, 0.5, 0.9", "4, 0.5, 0.9",
        "5, 0.1, 0.5", "6, 0.9, 0.5", "7, 0.9, 0.5", "8, 0.1, 0.5",
        "9, 0.5, 0.1", "0, 0.5, 0.1"
    })
    void aPictureThatWasHeldAnotherWayIsPutUpright(int orientation, double x, double y) throws Exception {
        var picture = prepared(taken(400, 300, orientation));
        boolean turned = orientation >= 5 && orientation <= 8;
        assertThat(picture.getWidth()).isEqualTo(turned ? 300 : 400);
        assertThat(isRed(picture, x, y)).isTrue();
        assertThat(isRed(picture, 1 - x, 1 - y)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1600, 1200, 1600, 1200",
        "1601, 1200, 1600, 1199",
        "6000, 4000, 1600, 1067",
        "900, 4800, 300, 1600",
        "1, 1, 1, 1"
    })
    void aLargePictureIsMadeAsSmallAsTelephonesShowIt(int width, int height, int w, int h) throws Exception {
        var picture = prepared(encoded(flag(width, height, BufferedImage.TYPE_3BYTE_BGR), "jpeg"));
        assertThat(picture.getWidth()).isEqualTo(w);
        assertThat(picture.getHeight()).isEqualTo(h);
        if (height > 1) assertThat(isRed(picture, 0.5, 0.1)).isTrue();
    }

    @Test
    void whatCanBeSeenThroughBecomesWhite() throws Exception {
        var picture = prepared(encoded(new BufferedImage(20, 20, BufferedImage.TYPE_INT_ARGB), "png"));
        assertThat(new Color(picture.getRGB(10, 10))).isEqualTo(Color.WHITE);
    }

    @Test
    void whatHidesBehindAPictureStaysBehind() throws Exception {
        var jpeg = encoded(flag(40, 40, BufferedImage.TYPE_INT_RGB), "jpeg");
        var script = "<script>alert(1)</script>".getBytes(StandardCharsets.US_ASCII);
        prepared(ByteBuffer.allocate(jpeg.length + script.length)
                .put(jpeg)
                .put(script)
                .array());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\u00ff",
                "<script>alert(1)</script>",
                "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
                "GIF89a\u0001\u0000\u0001\u0000",
                "%PDF-1.7",
                "PK\u0003\u0004",
                "\u00ff\u00d8\u00ff\u00e0broken",
                "\u00ff\u00d8\u00ff\u00e1\u0000\u0010Exif\u0000\u0000MM\u0000*\u00ff\u00ff\u00ff\u00ff",
                "\u0089PNG\r\n\u001a\nbroken in the middle"
            })
    void whatIsNoPictureIsRefusedWhateverItIsCalled(String content) throws Exception {
        var file = file(content.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Photo.prepare(file, folder.resolve("none")))
                .isInstanceOfSatisfying(
                        Problem.Unsupported.class,
                        problem -> assertThat(problem.text().key()).isEqualTo("photo.kind"));
        assertThat(folder.resolve("none")).doesNotExist();
    }

    /** Some hundred bytes that say they are so large. */
    private static byte[] claiming(int width, int height) throws IOException {
        var out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {8, 2, 0, 0, 0})
                        .array());
        var packed = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(packed)) {
            deflater.write(new byte[1000]);
        }
        chunk(out, "IDAT", packed.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String name, byte[] content) throws IOException {
        var crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.US_ASCII));
        crc.update(content);
        var data = new DataOutputStream(out);
        data.writeInt(content.length);
        data.writeBytes(name);
        data.write(content);
        data.writeInt((int) crc.getValue());
    }

    @ParameterizedTest
    @CsvSource({"65000, 65000", "16001, 10", "10, 16001", "8000, 5001"})
    void aPictureThatUnpacksToTooMuchIsRefusedBeforeItDoes(int width, int height) throws Exception {
        var file = file(claiming(width, height));
        assertThatThrownBy(() -> Photo.prepare(file, folder.resolve("none")))
                .isInstanceOfSatisfying(
                        Problem.TooLarge.class,
                        problem -> assertThat(problem.text().key()).isEqualTo("photo.too_many_pixels"));
    }

    @Test
    void aFileThatIsTooLargeIsRefusedUnread() throws Exception {
        var file = file(new byte[(int) Photo.LARGEST + 1]);
        assertThatThrownBy(() -> Photo.prepare(file, folder.resolve("none"))).isInstanceOf(Problem.TooLarge.class);
    }
}
