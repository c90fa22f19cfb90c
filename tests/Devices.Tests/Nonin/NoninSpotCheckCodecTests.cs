using System.Buffers;
using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Nonin;

public class NoninSpotCheckCodecTests : CodecContract<NoninSpotCheck>
{
    private const string Measured = "00 02 00 0D 00 0E 20 24 03 05 14 07 09 00 02 00 00 48 00 61 1B 03 ";
    private const string Nothing = "00 02 00 0D 00 0E 20 24 03 05 14 08 30 00 01 11 01 FF 00 7F 29 03 ";

    /// <summary>From the page, twice.</summary>
    protected override byte[] Golden => Wire.Hex(Measured + Nothing + Measured + Nothing);

    protected override int GoldenFrames => 4;

    protected override int LongestLook => NoninSpotCheckCodec.LongestLook;

    protected override Read NewReader() => NoninSpotCheckCodec.TryRead;

    // A larger length byte waits for bytes that never come, as long as two frames.
    protected override int LostWithIt => 3;

    [Fact]
    public void The_golden_frames_hold_what_the_page_says()
    {
        ReadOnlySequence<byte> wire = new(Golden);
        NoninSpotCheckCodec.TryRead(ref wire, out NoninSpotCheck first, out _);
        NoninSpotCheckCodec.TryRead(ref wire, out NoninSpotCheck second, out _);
        Assert.Equal(new NoninSpotCheck(new DateTime(2024, 3, 5, 14, 7, 9), 72, 97, true, false, false, false), first);
        Assert.Equal(new NoninSpotCheck(new DateTime(2024, 3, 5, 14, 8, 30), null, null, false, true, true, true), second);
    }

    [Fact]
    public void A_rate_above_255_is_a_plain_nine_bit_number()
    {
        byte[] fast = Wire.Hex(Measured);
        (fast[16], fast[17]) = (1, 4);
        fast[20] = (byte)(fast[20] + 1 + 4 - 0x48);
        Assert.Contains("PulsePerMin = 260,", Assert.Single(Tell(fast).Frames), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_have_grown_are_read_as_far_as_they_are_known()
    {
        byte[] grown = [.. Wire.Hex(Measured)[..20], 0xAA, 0xBB, 0x1B + 0xAA + 0xBB - 0x100, 0x03];
        grown[5] = 16;
        Assert.Contains("Spo2Percent = 97,", Assert.Single(Tell(grown).Frames), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 0x13)]   // month 13
    [InlineData(9, 0x31)]   // 31 March stands, see below: here the day of month 2
    [InlineData(10, 0x24)]  // hour 24
    [InlineData(10, 0x1A)]  // no decimal digit
    public void A_date_that_does_not_exist_is_out_of_range(int at, byte value)
    {
        byte[] frame = Wire.Hex(Measured);
        if (at == 9)
        {
            frame[20] += (byte)(2 - frame[8]);
            frame[8] = 2;
        }

        frame[20] += (byte)(value - frame[at]);
        frame[at] = value;
        Assert.Equal(WireFault.Range, Tell(frame).Faults[0].Fault);
        Assert.Empty(Tell(frame).Frames);
    }

    [Fact]
    public void A_wrong_sum_is_a_checksum()
    {
        byte[] frame = Wire.Hex(Measured);
        frame[19] ^= 1;
        Assert.Equal(WireFault.Checksum, Assert.Single(Tell(frame).Faults).Fault);
    }
}
