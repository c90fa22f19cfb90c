using Vascular.Devices.Dicom;

namespace Vascular.Devices.Tests.Dicom;

public sealed class DataSetTests
{
    private static readonly DicomTag Tag = new(0x0010, 0x0020);

    /// <summary>Bytes written out by hand after PS3.5 section 7.1.2: tag, VR, length, value; text padded to an even length.</summary>
    [Fact]
    public void Elements_stand_in_the_order_of_their_tags_with_explicit_representations()
    {
        byte[] bytes = new DataSet().Text(new(0x0010, 0x0020), "LO", "ABC").Short(new(0x0028, 0x0010), 512).Text(new(0x0008, 0x0060), "CS", "SR").ToBytes();

        Assert.Equal("08006000" + "43530200" + "5352" + "10002000" + "4C4F0400" + "41424320" + "28001000" + "55530200" + "0002", Convert.ToHexString(bytes));
    }

    [Fact]
    public void A_sequence_has_items_of_stated_length_and_long_representations_four_bytes_of_it()
    {
        byte[] bytes = new DataSet().Items(new(0x0040, 0xA043), new DataSet().Text(new(0x0008, 0x0100), "SH", "A")).Text(new(0x0040, 0xA160), "UT", "xy").ToBytes();

        Assert.Equal("400043A0" + "53510000" + "12000000" + "FEFF00E0" + "0A000000" + "08000001534802004120" + "400060A1" + "55540000" + "02000000" + "7879", Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData("CS", "lower")]
    [InlineData("SH", "seventeen letters")]
    [InlineData("UI", "1.2.x")]
    [InlineData("LO", "two\\values")]
    [InlineData("LO", "two\nlines")]
    [InlineData("DA", "2026-11-22")]
    [InlineData("XX", "")]
    public void What_a_representation_forbids_is_refused_with_its_tag(string vr, string value)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new DataSet().Text(Tag, vr, value));
        Assert.StartsWith("(0010,0020)", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(114, "114")]
    [InlineData(0.28, "0.28")]
    [InlineData(75.0000018750001, "75.0000018750001")]
    [InlineData(-1.2345678901234567e-7, "-1.234567890E-07")]
    public void A_decimal_string_has_at_most_sixteen_characters(double value, string text)
    {
        byte[] bytes = new DataSet().Decimal(Tag, value).ToBytes();
        string written = System.Text.Encoding.ASCII.GetString(bytes[8..]).TrimEnd();
        Assert.True(written.Length <= 16);
        Assert.Equal(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture), double.Parse(written, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_number_that_is_none_is_refused() => Assert.Throws<ArgumentException>(() => new DataSet().Decimal(Tag, double.NaN));

    /// <summary>Example of PS3.5 annex B.2.</summary>
    [Fact]
    public void A_UUID_is_a_UID_by_its_decimal_number() =>
        Assert.Equal("2.25.329800735698586629295641978511506172918", DicomUid.Of(Guid.Parse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")));

    [Fact]
    public void A_file_without_class_or_instance_is_refused() =>
        Assert.Throws<ArgumentException>(() => PartTenFile.Bytes(new DataSet().Text(new(0x0008, 0x0016), "UI", "1.2"), "2.25.1", "TEST"));

    [Fact]
    public void The_data_set_of_a_file_is_what_was_put_in_it()
    {
        DataSet data = new DataSet().Text(new(0x0008, 0x0016), "UI", "1.2").Text(new(0x0008, 0x0018), "UI", "1.2.3");
        byte[] file = PartTenFile.Bytes(data, "2.25.1", "TEST");

        Assert.Equal(data.ToBytes(), PartTenFile.DataOf(file).ToArray());
        Assert.Empty(PartTenFile.DataOf(file.AsSpan(0, 140)).ToArray());
    }
}
