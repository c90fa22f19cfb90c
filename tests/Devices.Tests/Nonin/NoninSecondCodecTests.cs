using System.Buffers;
using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Nonin;

public class NoninFormat8CodecTests : CodecContract<NoninSecond>
{
    /// <summary>From the page: rate 142, saturation 93, SPA; then no values, out of track and sensor alarm. Twice.</summary>
    protected override byte[] Golden => Wire.Hex("81 0E 5D 20  A3 7F 7F 08  81 0E 5D 20  A3 7F 7F 08");

    protected override int GoldenFrames => 4;

    protected override int LongestLook => NoninSecondCodec.Format8Bytes;

    protected override Read NewReader() => NoninSecondCodec.TryReadFormat8;

    [Fact]
    public void The_golden_frames_hold_the_numbers_of_the_page()
    {
        ReadOnlySequence<byte> wire = new(Golden);
        Assert.Equal(OperationStatus.Done, NoninSecondCodec.TryReadFormat8(ref wire, out NoninSecond first, out _));
        Assert.Equal(new NoninSecond(142, 93, NoninSecondFlags.HighQuality), first);
        Assert.Equal(OperationStatus.Done, NoninSecondCodec.TryReadFormat8(ref wire, out NoninSecond second, out _));
        Assert.Equal(new NoninSecond(null, null, NoninSecondFlags.OutOfTrack | NoninSecondFlags.SensorAlarm), second);
    }

    [Theory]
    [InlineData(0x01, NoninSecondFlags.LowBattery)]
    [InlineData(0x08, NoninSecondFlags.SensorAlarm)]
    [InlineData(0x20, NoninSecondFlags.HighQuality)]
    [InlineData(0x56, NoninSecondFlags.None)]
    public void Each_flag_has_its_bit_and_reserved_bits_have_none(byte last, NoninSecondFlags flags)
    {
        ReadOnlySequence<byte> wire = new([0x80, 0x48, 0x61, last]);
        NoninSecondCodec.TryReadFormat8(ref wire, out NoninSecond second, out _);
        Assert.Equal(flags, second.Flags);
    }

    [Fact]
    public void A_saturation_above_100_that_is_not_the_missing_one_is_out_of_range() =>
        Assert.Equal(WireFault.Range, Assert.Single(Tell(Wire.Hex("81 0E 65 20")).Faults).Fault);
}

public class NoninFormat1CodecTests : CodecContract<NoninSecond>
{
    /// <summary>From the page: rate 72 and saturation 97; rate 142, saturation 93, low perfusion; disconnected; and the first again.</summary>
    protected override byte[] Golden => Wire.Hex("80 48 61  91 0E 5D  C3 7F 7F  80 48 61");

    protected override int GoldenFrames => 4;

    protected override int LongestLook => NoninSecondCodec.Format1Bytes;

    protected override Read NewReader() => NoninSecondCodec.TryReadFormat1;

    [Fact]
    public void The_golden_frames_hold_the_numbers_of_the_page() => Assert.Equal(
        [
            new NoninSecond(72, 97, NoninSecondFlags.None).ToString(),
            new NoninSecond(142, 93, NoninSecondFlags.LowPerfusion).ToString(),
            new NoninSecond(null, null, NoninSecondFlags.SensorDisconnected).ToString(),
            new NoninSecond(72, 97, NoninSecondFlags.None).ToString(),
        ],
        Tell(Golden).Frames);

    [Theory]
    [InlineData(0xA0, NoninSecondFlags.OutOfTrack)]
    [InlineData(0x88, NoninSecondFlags.MarginalPerfusion)]
    [InlineData(0x84, NoninSecondFlags.Artefact)]
    public void Each_flag_has_its_bit(byte first, NoninSecondFlags flags)
    {
        ReadOnlySequence<byte> wire = new([first, 0x48, 0x61]);
        NoninSecondCodec.TryReadFormat1(ref wire, out NoninSecond second, out _);
        Assert.Equal(flags, second.Flags);
    }
}
