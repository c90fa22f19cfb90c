using System.Buffers;
using Vascular.Devices.Contec;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Contec;

public class ContecCodecTests : CodecContract<ContecCodecTests.Both>
{
    // Constructed on the protocol page by the document's rules.
    private const string Pulse = "01 80 C6 D5 89 C8 E1 D5 80 ";
    private const string Fast = "01 A8 83 E4 8C 8E DD D2 84 ";
    private const string ProbeError = "01 E9 80 C0 90 FF FF FF FF ";
    private const string TooLong = "01 EA 90 C0 90 FF FF FF FF ";

    protected override byte[] Golden => Wire.Hex(Pulse + Fast + ProbeError + "0C 80 " + TooLong + "0B 81 B7 85 " + Pulse);

    protected override int GoldenFrames => 7;

    protected override int LongestLook => ContecCodec.LongestLook;

    protected override byte[] Noise => [0x81, 0x90, 0xFF, 0x33, 0x80, 0x80];

    protected override Read NewReader() => (ref ReadOnlySequence<byte> wire, out Both both, out WireFault fault) =>
    {
        OperationStatus status = ContecCodec.TryRead(ref wire, out ContecFrame frame, out ContecSample sample, out fault);
        both = new Both(frame, sample);
        return status;
    };

    [Theory]
    [InlineData(Pulse, 6, true, 85, 9, 72, 97, 85)]
    [InlineData(Fast, 3, false, 100, 12, 142, 93, 1234)]
    [InlineData(ProbeError, 0, false, 64, 0, null, null, null)]
    public void The_golden_samples_hold_what_the_page_says(string hex, int strength, bool beep, int pleth, int bar, int? rate, int? saturation, int? perfusion)
    {
        ReadOnlySequence<byte> wire = new(Wire.Hex(hex));
        Assert.Equal(OperationStatus.Done, ContecCodec.TryRead(ref wire, out _, out ContecSample sample, out _));
        Assert.Equal((strength, beep, pleth, bar), (sample.SignalStrength, sample.Beep, sample.Pleth, sample.Bar));
        Assert.Equal((rate, saturation, perfusion), (sample.PulsePerMin, sample.Spo2Percent, sample.PerfusionIndexHundredths));
        Assert.Equal(hex == ProbeError, sample.ProbeError);
    }

    [Fact]
    public void Searching_and_searching_too_long_have_their_bits()
    {
        ReadOnlySequence<byte> wire = new(Wire.Hex(TooLong));
        ContecCodec.TryRead(ref wire, out _, out ContecSample sample, out _);
        Assert.True(sample is { Searching: true, SearchingTooLong: true });
    }

    /// <summary>The document's own example, packed: 86031 bytes of stored data.</summary>
    [Fact]
    public void Bit_7_of_each_data_byte_comes_back_to_its_place()
    {
        ReadOnlySequence<byte> wire = new(Wire.Hex("08 80 80 80 8F D0 81 80"));
        Assert.Equal(OperationStatus.Done, ContecCodec.TryRead(ref wire, out ContecFrame frame, out _, out _));
        Assert.Equal((ContecPacket.StorageLength, 6), (frame.Packet, frame.Length));
        Assert.Equal([0x0F, 0x50, 0x01, 0x00], Enumerable.Range(2, 4).Select(i => frame[i]));
    }

    [Theory]
    [InlineData("01 A0 80 C0 80 C8 E5 D5 80")]      // saturation 229
    [InlineData("01 80 80 C0 80 C8 E1 D5 A2")]      // perfusion index 87.89 %
    public void Values_that_do_not_exist_are_out_of_range(string hex) => Assert.Equal(WireFault.Range, Tell(Wire.Hex(hex)).Faults[0].Fault);

    [Theory]
    [InlineData(ContecCommand.StartRealTime, "7D 81 A1 80 80 80 80 80 80")]
    [InlineData(ContecCommand.KeepAlive, "7D 81 AF 80 80 80 80 80 80")]
    public void Commands_are_the_bytes_that_programs_send(ContecCommand command, string hex)
    {
        ArrayBufferWriter<byte> wire = new();
        ContecCodec.WriteCommand(command, wire);
        Assert.Equal(Wire.Hex(hex), wire.WrittenSpan.ToArray());
    }

    public readonly record struct Both(ContecFrame Frame, ContecSample Sample);
}
