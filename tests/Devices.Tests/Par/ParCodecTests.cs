using System.Buffers;
using System.Text;
using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Par;

public class ParCodecTests
{
    private const string Valid = "\u0002S1;A0;C00;M00;P114070085;R072;T0000;;36\u0003\r";
    private const string Leakage = "\u0002S1;A0;C00;M07;P---------;R---;T0000;;F6\u0003\r";
    private const string NoValues = "\u0002S1;A0;C00;M00;P---------;R---;T0000;;EF\u0003\r";
    private const string PowerUp = "\u0002S1;A0;C00;M00;P135345234;R087;T6890;;D9\u0003\r";

    [Fact]
    public void Golden_pressure_lines_are_read()
    {
        Assert.Equal([ParFrame.CuffPressure(150, ParState.Measuring)], Run.Of(Wire.Hex("02 31 35 30 43 30 53 33 03 0D")).Frames);
        Assert.Equal([ParFrame.CuffPressure(32, ParState.Manometer)], Run.Of(Wire.Hex("02 30 33 32 43 30 53 34 03 0D")).Frames);
        Assert.Equal([ParFrame.EndOfMeasurement], Run.Of(Wire.Hex("02 39 39 39 03 0D")).Frames);
    }

    [Fact]
    public void Golden_status_lines_are_read()
    {
        ParStatus idle = new() { State = ParState.Idle };
        Assert.Equal(idle with { Result = new ParResult(114, 70, 85), PulsePerMin = 72 }, Status(Valid));
        Assert.Equal(idle with { Message = 7 }, Status(Leakage));
        Assert.Equal(idle, Status(NoValues));
        Assert.Equal(idle with { Result = new ParResult(135, 345, 234), PulsePerMin = 87, Time = "6890", ChecksumMatches = false }, Status(PowerUp));
        Assert.False(Status(PowerUp).Result!.Value.Plausible);
        Assert.True(Status(Valid).Result!.Value.Plausible);
    }

    [Theory]
    [InlineData("\u0002S1;A0;C00;M00;P----------;R---;T-----;;00\u0003\r")]
    [InlineData("\u0002M00;S1;R---;P---------;T12345;;00\u0003\r")]
    public void Fields_are_found_by_letter_and_not_by_column(string line)
    {
        ParStatus status = Status(line);
        Assert.Equal((ParState.Idle, 0, null, null), (status.State, status.Message, status.Result, status.PulsePerMin));
        Assert.False(status.ChecksumMatches);
    }

    [Fact]
    public void Golden_commands_are_written_and_read()
    {
        string[] golden =
        [
            "01;;D7", "03;;D9", "14;;DB", "17;;DE", "18;;DF", "19;;E0", "20;;D8", "21;;D9", "22;;DA", "23;;DB", "24;;DC", "25;;DD",
        ];
        foreach (string text in golden)
        {
            ParCommand command = (ParCommand)int.Parse(text[..2], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal($"\u0002{text}\u0003", Encoding.ASCII.GetString(Written(command)));
            Assert.Equal([command], Commands(Written(command)));
        }

        Assert.Equal(Wire.Hex("02 30 31 3B 3B 44 37 03"), Written(ParCommand.Measure));
        Assert.Equal(Wire.Hex("02 31 38 3B 3B 44 46 03"), Written(ParCommand.Status));
        Assert.Equal(Wire.Hex("02 31 34 3B 3B 44 42 03"), Written(ParCommand.Manometer));
        Assert.Equal([(byte)'X'], Written(ParCommand.Abort));
        Assert.Throws<ArgumentOutOfRangeException>(() => Written((ParCommand)99));
    }

    [Fact]
    public void An_abort_is_heard_between_commands_and_inside_one()
    {
        byte[] stream = [.. Written(ParCommand.Adult), 0x0D, .. "X"u8, .. Written(ParCommand.Measure)[..4], .. "X"u8, .. Written(ParCommand.Status)];
        Assert.Equal([ParCommand.Adult, ParCommand.Abort, ParCommand.Abort, ParCommand.Status], Commands(stream));
    }

    [Fact]
    public void A_damaged_command_is_no_command()
    {
        byte[] good = Written(ParCommand.Measure);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            Assert.Equal([ParCommand.Status], Commands([.. Wire.FlipBit(good, bit), 0x0D, .. Written(ParCommand.Status)]));
        }
    }

    [Theory]
    [InlineData("301C0S3", WireFault.Range)]
    [InlineData("150C3S3", WireFault.Range)]
    [InlineData("150C0S1", WireFault.Range)]
    [InlineData("150C0S2", WireFault.Range)]
    [InlineData("15 C0S3", WireFault.Noise)]
    [InlineData("150C0S", WireFault.Noise)]
    [InlineData("998", WireFault.Noise)]
    [InlineData("", WireFault.Noise)]
    [InlineData("S1;A2;C00;M00;P---------;R---;;00", WireFault.Range)]
    [InlineData("S1;A0;C00;M00;P11407008;R072;T0000;;36", WireFault.Noise)]
    [InlineData("S1;A0;C00;M00;R072;T0000;;36", WireFault.Noise)]
    [InlineData("S1;S1;M00;P---------;R---;;36", WireFault.Noise)]
    [InlineData("S1;A0;C00;M00", WireFault.Noise)]
    public void What_is_no_message_is_refused_by_name(string text, WireFault fault)
    {
        Run run = Run.Of(Encoding.ASCII.GetBytes($"\u0002{text}\u0003\r"));
        Assert.Empty(run.Frames);
        Assert.Equal([fault], run.Faults);
    }

    [Fact]
    public void Every_split_and_every_segmentation_gives_the_same_frames()
    {
        byte[] stream = Encoding.ASCII.GetBytes($"3\r4\u0002150C0S3\u0003\r\u0002999\u0003\r\u000215\u0002{Valid[1..]}{Leakage}");
        List<string> whole = Run.Of(stream).Events;
        Assert.Equal(4, whole.Count(e => e.StartsWith("ParFrame", StringComparison.Ordinal)));
        for (int at = 0; at <= stream.Length; at++)
        {
            Assert.Equal(whole, Run.Of(stream[..at], stream[at..]).Events);
        }

        Assert.Equal(whole, Run.Of([.. stream.Select(b => new[] { b })]).Events);
        Assert.Equal(whole, Run.OfSequence(Wire.BytePerSegment(stream)).Events);
        Assert.Equal(whole, Run.OfSequence(Wire.Segments([], stream)).Events);
        Assert.Equal(whole, Run.OfSequence(Wire.Segments([], stream[..9], [], stream[9..])).Events);
    }

    [Fact]
    public void A_stream_cut_anywhere_leaves_no_frame()
    {
        byte[] line = Encoding.ASCII.GetBytes(Valid);
        for (int length = 1; length < line.Length - 2; length++)
        {
            Run run = Run.Of(line[..length]);
            Assert.Empty(run.Frames);
            Assert.Equal(length, run.LeftOver);
        }

        // the message ends at ETX; the CR behind it belongs to none
        Assert.Single(Run.Of(line[..^1]).Frames);
        Assert.Equal(0, Run.Of(line).LeftOver);
    }

    [Fact]
    public void A_message_that_never_ends_is_given_up()
    {
        Run run = Run.Of([0x02, .. Enumerable.Repeat((byte)'1', 200), .. Encoding.ASCII.GetBytes("\u0002032C0S4\u0003\r")]);
        Assert.Equal([ParFrame.CuffPressure(32, ParState.Manometer)], run.Frames);
        Assert.Equal([WireFault.Noise], run.Faults);
    }

    [Fact]
    public void A_flipped_bit_never_moves_a_neighbour_and_can_pass_only_as_a_pressure_within_range()
    {
        byte[] stream = Encoding.ASCII.GetBytes("\u0002120C0S3\u0003\r\u0002118C0S3\u0003\r\u0002116C0S3\u0003\r");
        int passed = 0;
        for (int bit = 10 * 8; bit < 20 * 8; bit++)
        {
            List<ParFrame> frames = Run.Of(Wire.FlipBit(stream, bit)).Frames;
            Assert.Equal((120, 116), (frames[0].CuffMmHg, frames[^1].CuffMmHg));
            Assert.InRange(frames.Count, 2, 3);
            bool altered = frames.Count == 3 && frames[1] != ParFrame.CuffPressure(118, ParState.Measuring);
            passed += altered ? 1 : 0;
            Assert.True(!altered || frames[1].CuffMmHg is >= 0 and <= 300);
        }

        // no checksum on pressure lines: 10 of 80 single bits give another pressure (7), cuff code (2) or state (1) that could be true
        Assert.Equal(10, passed);
    }

    [Fact]
    public void A_flipped_bit_in_a_result_is_refused_or_doubtful()
    {
        byte[] line = Encoding.ASCII.GetBytes(Valid);
        for (int bit = 0; bit < (line.Length - 1) * 8; bit++)
        {
            Run run = Run.Of(Wire.FlipBit(line, bit));
            Assert.All(run.Frames.Where(f => f.Kind == ParFrameKind.Status), f => Assert.False(f.Status!.ChecksumMatches));
            Assert.DoesNotContain(run.Frames, f => f.Kind != ParFrameKind.Status);
        }
    }

    [Fact]
    public void Random_buffers_never_throw_and_always_advance()
    {
        Random random = new(19770704);
        byte[] buffer = new byte[96];
        byte[] alphabet = Encoding.ASCII.GetBytes("\u0002\u0003\r\nX0123456789;SACMPRT-DEF");
        for (int i = 0; i < 100_000; i++)
        {
            Span<byte> bytes = buffer.AsSpan(0, random.Next(buffer.Length + 1));
            random.NextBytes(bytes);
            if ((i & 1) == 1)
            {
                random.GetItems(alphabet, bytes);
            }

            ReadOnlySequence<byte> wire = new(buffer, 0, bytes.Length);
            Drain(wire, (ref ReadOnlySequence<byte> w, out WireFault f) => ParCodec.TryRead(ref w, out _, out f));
            Drain(wire, (ref ReadOnlySequence<byte> w, out WireFault f) => ParCodec.TryReadCommand(ref w, out _, out f));
        }
    }

    [Fact]
    public void Any_message_written_is_read_again()
    {
        Random random = new(42);
        ParState[] states = [ParState.Measuring, ParState.Manometer, ParState.WatchdogTest, ParState.PneumaticCheck];
        ArrayBufferWriter<byte> wire = new();
        List<ParFrame> written = [];
        for (int i = 0; i < 3000; i++)
        {
            ParFrame frame = random.Next(3) switch
            {
                0 => ParFrame.EndOfMeasurement,
                1 => ParFrame.CuffPressure(random.Next(301), states[random.Next(states.Length)], (ParCuff)random.Next(3)),
                _ => ParFrame.OfStatus(new ParStatus
                {
                    State = (ParState)random.Next(10),
                    Neonatal = random.Next(2) == 1,
                    Cycle = random.Next(100),
                    Message = random.Next(100),
                    Result = random.Next(2) == 1 ? new ParResult(random.Next(1000), random.Next(1000), random.Next(1000)) : null,
                    PulsePerMin = random.Next(2) == 1 ? random.Next(1000) : null,
                    Time = random.Next(10_000).ToString("0000", System.Globalization.CultureInfo.InvariantCulture),
                    ChecksumMatches = random.Next(2) == 1,
                }),
            };
            written.Add(frame);
            ParCodec.Write(frame, wire);
        }

        Assert.Equal(written, Run.Of(wire.WrittenSpan.ToArray()).Frames);
        Assert.Throws<ArgumentException>(() => ParCodec.Write(default, wire));
    }

    private delegate OperationStatus Read(ref ReadOnlySequence<byte> wire, out WireFault fault);

    private static void Drain(ReadOnlySequence<byte> wire, Read read)
    {
        for (long before = wire.Length; ; before = wire.Length)
        {
            OperationStatus status = read(ref wire, out WireFault fault);
            Assert.Equal(status == OperationStatus.InvalidData, fault != WireFault.None);
            if (status == OperationStatus.NeedMoreData)
            {
                Assert.True(wire.Length < ParCodec.LongestLook);
                return;
            }

            Assert.True(wire.Length < before);
        }
    }

    private static ParStatus Status(string line) => Assert.Single(Run.Of(Encoding.ASCII.GetBytes(line)).Frames).Status!;

    private static byte[] Written(ParCommand command)
    {
        ArrayBufferWriter<byte> wire = new();
        ParCodec.WriteCommand(command, wire);
        return wire.WrittenSpan.ToArray();
    }

    private static List<ParCommand> Commands(byte[] bytes)
    {
        List<ParCommand> commands = [];
        ReadOnlySequence<byte> wire = new(bytes);
        while (ParCodec.TryReadCommand(ref wire, out ParCommand command, out _) is var status and not OperationStatus.NeedMoreData)
        {
            if (status == OperationStatus.Done)
            {
                commands.Add(command);
            }
        }

        return commands;
    }

    /// <summary>Reads a stream as a caller does; refusals that follow one another are one.</summary>
    private sealed class Run
    {
        public List<ParFrame> Frames { get; } = [];

        public List<WireFault> Faults { get; } = [];

        public List<string> Events { get; } = [];

        public long LeftOver { get; private set; }

        public static Run Of(params byte[][] reads)
        {
            Run run = new();
            byte[] rest = [];
            foreach (byte[] read in reads)
            {
                ReadOnlySequence<byte> wire = new([.. rest, .. read]);
                run.Drain(ref wire);
                rest = wire.ToArray();
            }

            run.LeftOver = rest.Length;
            return run;
        }

        public static Run OfSequence(ReadOnlySequence<byte> wire)
        {
            Run run = new();
            run.Drain(ref wire);
            return run;
        }

        private void Drain(ref ReadOnlySequence<byte> wire)
        {
            while (ParCodec.TryRead(ref wire, out ParFrame frame, out WireFault fault) is var status and not OperationStatus.NeedMoreData)
            {
                if (status == OperationStatus.Done)
                {
                    Frames.Add(frame);
                    Events.Add($"{frame}");
                }
                else if (Events.Count == 0 || Events[^1] != "refused")
                {
                    Faults.Add(fault);
                    Events.Add("refused");
                }
            }
        }
    }
}
