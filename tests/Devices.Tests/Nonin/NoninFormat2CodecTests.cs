using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Nonin;

public class NoninFormat2CodecTests : CodecContract<NoninFrame>
{
    protected override byte[] Golden => NoninGolden.Format2Packet;

    protected override int GoldenFrames => 25;

    protected override int LongestLook => NoninFormat2Codec.FrameBytes;

    protected override bool IsChecked => true;

    protected override Read NewReader() => NoninFormat2Codec.TryRead;

    [Fact]
    public void The_golden_packet_holds_the_numbers_of_the_page()
    {
        NoninPacket packet = default;
        NoninNumerics numerics = default;
        NoninPacketStep step = default;
        foreach (byte[] five in NoninGolden.Format2Packet.Chunk(5))
        {
            step = packet.Add(new NoninFrame((NoninStatus)five[1], five[2], five[3]), out numerics, out _);
        }

        Assert.Equal(NoninPacketStep.Complete, step);
        Assert.Equal((72, 97, 0x31, 1234, true), (numerics.PulsePerMin, numerics.Spo2Percent, numerics.FirmwareRevision, numerics.TimerThirds, numerics.HighQuality));
        Assert.Contains("Pleth = 128,", Tell(NoninGolden.Format2Packet).Frames[0], StringComparison.Ordinal);
    }

    /// <summary>A public implementation's own test: two frames of an OEM III, and two that must be refused.</summary>
    [Fact]
    public void Frames_of_an_independent_program_are_read_and_refused_as_it_does()
    {
        Assert.Equal(2, Tell(Wire.Hex("01 81 01 00 83  01 80 01 48 CA")).Frames.Count);
        Assert.Equal(WireFault.Checksum, Assert.Single(Tell(Wire.Hex("01 80 01 48 CB")).Faults).Fault);
        Assert.Equal(WireFault.Noise, Assert.Single(Tell(Wire.Hex("01 7F 01 48 C9")).Faults).Fault);
    }

    [Fact]
    public void A_finger_that_is_out_has_the_alarm_and_no_numbers()
    {
        Story story = Tell(Wire.Hex("01 89 80 03 0D  01 88 80 7F 88  01 88 80 7F 88"));
        Assert.Equal(3, story.Frames.Count);
        Assert.All(story.Frames, f => Assert.Contains("SensorAlarm = True", f, StringComparison.Ordinal));
        byte[] floats = new byte[25];
        (floats[0], floats[1], floats[2]) = (0x03, 0x7F, 0x7F);
        Assert.Equal((null, null), (NoninNumerics.Read(floats).PulsePerMin, NoninNumerics.Read(floats).Spo2Percent));
    }
}
