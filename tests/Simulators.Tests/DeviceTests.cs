using System.Buffers;
using System.Globalization;
using System.Text;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Nonin;
using Vascular.Simulators.Par;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Tests;

public sealed class DeviceTests
{
    private readonly VirtualClock clock = new();
    private readonly SimulatedPatient patient = new(ScenarioFile.Load("seed-2017-09").Truth, seed: 1);
    private readonly SimulatedCuff cuff = new(254);
    private readonly ArrayBufferWriter<byte> wire = new();

    public DeviceTests() => patient.Know(cuff);

    [Fact]
    public void The_module_says_its_status_once_when_it_is_switched_on()
    {
        SimulatedLine line = Connect(new SimulatedPar("cuff-1", patient, cuff, 1));
        Run(5);
        line.Disconnect();
        line.Connect();
        Run(5);

        Assert.Equal("\u0002S1;A0;C00;M00;P---------;R---;T0000;;EF\u0003\r", Text());
    }

    [Fact]
    public void A_measurement_streams_five_lines_a_second_ends_with_999_and_answers_when_asked()
    {
        cuff.PutOn(Site.Parse("L.ARM"));
        SimulatedLine line = Connect(new SimulatedPar("cuff-1", patient, cuff, 1));
        Run(1);
        line.Send("\u000201;;D7\u0003"u8);
        Run(60);
        string[] lines = Lines();
        Assert.Equal("999", lines[^1]);
        Assert.All(lines[1..^1], l => Assert.Matches("^[0-9]{3}C0S3$", l));
        Assert.InRange(lines.Length, 100, 200);
        Assert.InRange(lines[1..^1].Max(l => int.Parse(l[..3], CultureInfo.InvariantCulture)), 150, 160);

        line.Send("\u000218;;DF\u0003"u8);
        Run(1);

        Assert.Equal("S1;A0;C00;M00;P114070085;R072;T0000;;36", Lines()[^1]);
    }

    [Fact]
    public void An_abort_empties_the_cuff_and_says_so()
    {
        cuff.PutOn(Site.Parse("L.ARM"));
        SimulatedLine line = Connect(new SimulatedPar("cuff-1", patient, cuff, 1));
        line.Send("\u000201;;D7\u0003"u8);
        Run(4);
        line.Send("X"u8);
        line.Send("\u000218;;DF\u0003"u8);
        Run(5);

        Assert.Equal("S1;A0;C00;M05;P---------;R---;T0000;;F4", Lines()[^1]);
        Assert.Equal("999", Lines()[^2]);
        Assert.Equal(0, cuff.PressureAt(clock.NowNs));
    }

    [Fact]
    public void Manometer_mode_shows_what_the_hand_does()
    {
        cuff.PutOn(Site.Parse("R.TOE"));
        SimulatedLine line = Connect(new SimulatedPar("cuff-1", patient, cuff, 1));
        line.Send("\u000214;;D"u8);
        line.Send("B\u0003"u8); // a command may come in pieces
        Run(1);
        cuff.Inflate(clock.NowNs, 75, 20);
        Run(5);

        Assert.Equal("075C0S4", Lines()[^1]);
    }

    [Theory]
    [InlineData("R.PT", "M10")]
    [InlineData("L.PT", "M09")]
    [InlineData(null, "M06")]
    public void A_cuff_where_nothing_can_be_measured_ends_with_a_reason_and_no_value(string? site, string message)
    {
        cuff.PutOn(site is null ? null : Site.Parse(site));
        SimulatedLine line = Connect(new SimulatedPar("cuff-1", patient, cuff, 1));
        line.Send("\u000201;;D7\u0003"u8);
        Run(40);
        line.Send("\u000218;;DF\u0003"u8);
        Run(1);

        Assert.Contains($";{message};P---------;R---;", Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_sensor_that_sits_nowhere_raises_the_alarm_and_has_no_numbers()
    {
        Connect(new SimulatedNonin("ppg-1", patient, 1));
        Run(5);

        byte[] bytes = wire.WrittenSpan.ToArray();
        Assert.Equal([0x03, 0x7F, 0x7F], [bytes[3], bytes[8], bytes[13]]); // 511, 127
        for (int at = 0; at + 5 <= bytes.Length; at += 5)
        {
            Assert.Equal(0x08, bytes[at] & 0x08);
        }
    }

    [Fact]
    public void Pulses_make_a_rate_and_their_loss_takes_it_away()
    {
        SimulatedNonin nonin = new("ppg-1", patient, 1);
        nonin.Pleth.PutOn(Site.Parse("R.TOE"));
        cuff.PutOn(Site.Parse("R.TOE"));
        Connect(nonin);
        Run(10);
        byte[] before = wire.WrittenSpan.ToArray()[^250..];
        cuff.Inflate(clock.NowNs, 100, 200);
        Run(6);
        byte[] lost = wire.WrittenSpan.ToArray()[^250..];
        Run(10);
        byte[] after = wire.WrittenSpan.ToArray()[^250..];

        Assert.InRange(Rate(before), 70, 75);
        Assert.Equal(0, before[0] & 0x10);
        Assert.Equal(0x10, lost[0] & 0x10);
        Assert.InRange(Rate(lost), 70, 75);
        Assert.Equal(511, Rate(after));
    }

    [Fact]
    public void A_line_opened_mid_packet_begins_inside_a_frame()
    {
        SimulatedNonin nonin = new("ppg-1", patient, 1, startMidPacket: true);
        Connect(nonin);
        Run(2);

        byte[] bytes = wire.WrittenSpan.ToArray();
        Assert.Equal(2, bytes.Length % 5);
        int[] sync = [.. Enumerable.Range(0, bytes.Length / 5).Where(n => (bytes[2 + (5 * n)] & 1) == 1)];
        Assert.Equal([17, 42, 67, 92, 117], sync[..5]); // frame 8 of 25 was cut, frames 9 to 25 are whole
    }

    private static int Rate(byte[] twoPackets)
    {
        int sync = Array.FindIndex(twoPackets, b => (b & 0x81) == 0x81);
        while (sync % 5 != 0)
        {
            sync = Array.FindIndex(twoPackets, sync + 1, b => (b & 0x81) == 0x81);
        }

        return ((twoPackets[sync + 3] & 3) << 7) | twoPackets[sync + 8];
    }

    private SimulatedLine Connect(ISimulatedDevice device)
    {
        SimulatedLine line = new(clock, 0, device, (_, bytes) => wire.Write(bytes.Span));
        line.Connect();
        return line;
    }

    private void Run(double seconds) => clock.RunUntil(clock.NowNs + Nanoseconds.FromSeconds(seconds));

    private string Text() => Encoding.ASCII.GetString(wire.WrittenSpan.ToArray());

    private string[] Lines() => [.. Text().Split('\r', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim('\u0002', '\u0003'))];
}
