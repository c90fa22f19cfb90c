using System.Buffers;
using System.Text;
using System.Threading.Channels;
using Vascular.Devices.Iiod;
using Vascular.Devices.Links;
using Vascular.Devices.Max30102;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Links;

/// <summary>Buffered samples of a MAX30102 behind an iiod: the link, the blocks, the layout, and what the monitor makes of them.</summary>
public sealed class IiodBufferedTests : LinkContract, IDisposable
{
    private const string Layout2 = "ppg/buffer\tsamples=2 intensity_red=be:u18/32>>8 intensity_ir=be:u18/32>>8\n";

    // golden records: red 120000, infra-red 150000; saturated red, dark infra-red
    private const string Golden = "01D4C0000249F000";
    private const string Dark = "03FFFF0000000000";

    private readonly WaitingTime time = new();
    private readonly ScriptedIiod daemon = new();
    private readonly Channel<byte[]> blocks = Channel.CreateUnbounded<byte[]>();
    private readonly List<string> heard = [];

    public IiodBufferedTests()
    {
        daemon.Instead = command => command.Verb switch
        {
            IiodVerb.Print => Print(),
            IiodVerb.Open => "0\n"u8.ToArray(),
            _ => null,
        };
        daemon.Later = command =>
        {
            heard.Add($"{command.Verb} {command.Device} {command.Number} {command.Mask}");
            return command.Verb == IiodVerb.ReadBuffer ? blocks.Reader.ReadAsync().AsTask() : null;
        };
    }

    public void Dispose() => daemon.Dispose();

    [Fact]
    public async Task A_read_of_the_buffer_is_its_layout_and_its_samples_as_they_came()
    {
        await using ILink link = await SensorAsync(2);
        Say(Block("00000006", Golden + Dark));
        Assert.Equal([Layout2, $"ppg/data\t0x{Golden}{Dark}\n"], await LinesAsync(link, 2));
        Assert.Equal(["Open iio:device1 2 00000006", "ReadBuffer iio:device1 16 "], heard.SkipWhile(h => !h.StartsWith("Open", StringComparison.Ordinal)));
        Assert.Equal($"iiod://127.0.0.1:{daemon.Port}/iio:device1", link.Path);
    }

    [Fact]
    public async Task An_answer_in_several_blocks_names_its_channels_once_and_long_reads_stand_on_several_lines()
    {
        await using ILink link = await SensorAsync(12);
        Say([.. Block("00000006", string.Concat(Enumerable.Repeat(Golden, 7))), .. Encoding.ASCII.GetBytes("40\n"), .. Convert.FromHexString(string.Concat(Enumerable.Repeat(Dark, 5)))]);
        List<string> lines = await LinesAsync(link, 4);
        Assert.Equal([10, 92, 92, 44], lines.Select(l => l.StartsWith("ppg/buffer", StringComparison.Ordinal) ? 10 : l.Length));
        List<Reading> readings = Read(string.Concat(lines));
        Assert.Equal([.. Enumerable.Repeat(112_143.0, 7), .. Enumerable.Repeat(262_143.0, 5)], readings.Select(r => r.Value));
        Assert.All(readings, r => Assert.Equal((18, 100.0, WaveformScaling.FixedGain), (r.Waveform!.Bits, r.Waveform.RateHz, r.Waveform.Scaling)));
        Assert.All(readings.Zip(readings.Skip(1)), two => Assert.Equal(10_000_000, two.Second.AtNs - two.First.AtNs));
    }

    [Theory]
    [InlineData("-5\n", "its buffer was not read (error 5)", "ppg/data\t-5\n")]
    [InlineData("-110\n", "its buffer was not read (error 110)", "ppg/data\t-110\n")]
    [InlineData("0\n", "its buffer ended after 0 of 16 bytes", "")]
    [InlineData("8\n00000006\n########0\n", "its buffer ended after 8 of 16 bytes", "")]
    [InlineData("16\n00000007\n################", "its samples are of the channels 00000007, those of 00000006 were asked for: another client has it open", "")]
    [InlineData("16\n0000006\n#################", "what answered is no answer of an iiod (noise)", "")]
    [InlineData("24\n00000006\n########################", "what answered is no answer of an iiod (range)", "")]
    [InlineData("16\n00000006\n################!", "1 bytes came that were not asked for", "")]
    [InlineData("sixteen\n", "what answered is no answer of an iiod (noise)", "")]
    public async Task Anything_but_the_samples_that_were_asked_for_ends_the_line(string answer, string because, string line)
    {
        await using ILink link = await SensorAsync(2);
        Say(Encoding.ASCII.GetBytes(answer));
        StringBuilder said = new();
        IOException lost = await Assert.ThrowsAsync<IOException>(() => Task.Run(async () =>
        {
            await foreach (Arrival arrival in link.ReadAsync(CancellationToken.None))
            {
                said.Append(Encoding.ASCII.GetString(arrival.Bytes.Span));
            }
        }).WaitAsync(Deadline));
        Assert.Equal((line, $"iiod://127.0.0.1:{daemon.Port}/iio:device1 lost: {because}"), (said.ToString(), lost.Message));
    }

    [Theory]
    [InlineData("intensity_green", "iio:device1 gives no buffered samples of an input intensity_green")]
    [InlineData("temp", "iio:device1 gives no buffered samples of an input temp")]
    public async Task A_channel_that_is_not_sampled_is_named(string channel, string because)
    {
        IOException failure = await Assert.ThrowsAsync<IOException>(() => SensorAsync(2, channel));
        Assert.Contains(because, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_buffer_that_does_not_open_is_named()
    {
        daemon.Instead = command => command.Verb switch { IiodVerb.Print => Print(), IiodVerb.Open => "-16\n"u8.ToArray(), _ => null };
        IOException failure = await Assert.ThrowsAsync<IOException>(() => SensorAsync(2));
        Assert.Contains("iio:device1 opens no buffer (error 16)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answer_split_anywhere_is_the_same_answer_and_cut_anywhere_is_none()
    {
        byte[] answer = [.. Block("00000006", Golden), .. "8\n"u8, .. Convert.FromHexString(Dark)];
        for (int at = 0; at <= answer.Length; at++)
        {
            ArrayBufferWriter<byte> data = new();
            ReadOnlySequence<byte> wire = Wire.Segments([], answer[..at], [], answer[at..]);
            Assert.Equal(OperationStatus.Done, IiodCodec.TryReadBlocks(ref wire, 16, 8, out int code, out string mask, data, out _));
            Assert.Equal((16, "00000006", Golden + Dark, 0L), (code, mask, Convert.ToHexString(data.WrittenSpan), wire.Length));
            if (at < answer.Length)
            {
                ReadOnlySequence<byte> cut = new(answer[..at]);
                Assert.Equal(OperationStatus.NeedMoreData, IiodCodec.TryReadBlocks(ref cut, 16, 8, out _, out _, new ArrayBufferWriter<byte>(), out _));
                Assert.Equal(at, cut.Length);
            }
        }
    }

    [Fact]
    public void Any_bytes_are_an_answer_or_a_refusal()
    {
        Random random = new(11);
        string[] words = ["8\n", "16\n", "-5\n", "0\n", "00000006\n", "########", "\n", "x", "4294967296\n"];
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);
            bytes = i % 2 == 0 ? bytes : Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, random.Next(0, 8)).Select(_ => words[random.Next(words.Length)])));
            ReadOnlySequence<byte> wire = new(bytes);
            ArrayBufferWriter<byte> data = new();
            if (IiodCodec.TryReadBlocks(ref wire, 16, 8, out int code, out _, data, out _) == OperationStatus.Done)
            {
                Assert.True(code <= 16 && wire.Length < bytes.Length && (code < 0 || data.WrittenCount == code));
            }
        }
    }

    [Theory]
    [InlineData("be:u18/32>>8", "01D4C000", 120_000)]
    [InlineData("be:u18/32>>8", "FFFFFFFF", 262_143)]
    [InlineData("le:s12/16>>4", "F0FF", -1)]
    [InlineData("le:S32/32>>0", "9A991900", 1_677_722)]
    [InlineData("le:S64/64>>0", "00002A36FE9C9717", 1_700_000_000_000_000_000)]
    [InlineData("be:u24/32>>0", "00800000", 8_388_608)]
    public void An_element_is_read_as_its_format_says(string format, string hex, long value)
    {
        Assert.True(IiodScanFormat.TryParse(format, out IiodScanFormat read));
        Assert.Equal((value, format), (read.Value(Convert.FromHexString(hex)), read.ToString()));
    }

    [Theory]
    [InlineData("be:u18/32X2>>8")]
    [InlineData("be:u18/24>>0")]
    [InlineData("be:u30/32>>8")]
    [InlineData("xe:u18/32>>8")]
    [InlineData("be:f32/32>>0")]
    [InlineData("be:u0/32>>0")]
    [InlineData("be:u/32>>0")]
    [InlineData("")]
    public void A_format_that_is_none_is_refused(string format) => Assert.False(IiodScanFormat.TryParse(format, out _));

    [Fact]
    public void A_hole_between_two_reads_is_said_with_the_samples_that_would_have_been_in_it()
    {
        Max30102Monitor monitor = new();
        List<Reading> readings = [];
        for (int read = 0; read < 10; read++)
        {
            long atNs = ((read + 1) * 20_000_000L) + (read >= 5 ? 2_000_000_000 : 0);      // two samples a read, 10 ms each; two seconds are missing
            monitor.Next(new Record(RecordKind.Bytes, atNs, Encoding.ASCII.GetBytes($"{Layout2}ppg/data\t0x{Golden}{Golden}\n")), readings);
        }

        Reading lost = Assert.Single(readings, r => r.Kind == ReadingKind.Refused);
        Assert.Equal((WireFault.Truncated, 200.0, 10), (lost.Fault, lost.Value, readings.IndexOf(lost)));
        Assert.Equal(20, readings.Count(r => r.Kind == ReadingKind.PlethSample && r.HasValue));
    }

    [Theory]
    [InlineData("ppg/data\t0x01D4C0000249F000\n")]                                                                          // how it stands was not said
    [InlineData("ppg/buffer\tsamples=2 intensity_red=be:u18/32>>8\n")]                                                      // no infra-red
    [InlineData("ppg/buffer\tsamples=2 intensity_red=be:u16/32>>8 intensity_ir=be:u16/32>>8\n")]                            // another chip
    [InlineData("ppg/buffer\tsamples=0 intensity_red=be:u18/32>>8 intensity_ir=be:u18/32>>8\n")]
    [InlineData("ppg/buffer\tfoggy\n")]
    [InlineData("ppg/buffer\tsamples=1 intensity_red=be:u18/32>>8 intensity_ir=be:u18/32>>8\nppg/data\t0x01D4C0000249F0\n")]   // half a sample
    [InlineData("ppg/buffer\tsamples=1 intensity_red=be:u18/32>>8 intensity_ir=be:u18/32>>8\nppg/data\t0x01D4C0000249F00001D4C0000249F000\n")]
    public void Lines_that_cannot_be_are_refused(string lines) => Assert.Equal(WireFault.Range, Assert.Single(Read(lines)).Fault);

    [Fact]
    public void Lines_split_anywhere_give_the_same_samples_and_any_bytes_no_exception()
    {
        byte[] stream = Encoding.ASCII.GetBytes($"x\n{Layout2}ppg/data\t0x{Golden}{Dark}\nppg/data\t-5\n");
        List<Reading> whole = Read(Encoding.ASCII.GetString(stream));
        Assert.Equal(4, whole.Count);
        Random random = new(3);
        for (int at = 0; at <= stream.Length; at++)
        {
            List<Reading> split = [];
            Max30102Monitor monitor = new();
            monitor.Next(new Record(RecordKind.Bytes, 0, stream.AsMemory(0, at)), split);
            monitor.Next(new Record(RecordKind.Bytes, 0, stream.AsMemory(at)), split);
            Assert.Equal(whole.Where(r => r.Kind == ReadingKind.PlethSample), split.Where(r => r.Kind == ReadingKind.PlethSample));
            for (int change = 0; change < 20 && at < stream.Length; change++)
            {
                byte[] spoilt = [.. stream];
                spoilt[at] = (byte)random.Next(256);
                Read(Encoding.Latin1.GetString(spoilt));
            }
        }
    }

    protected override async Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock) => (
        await IiodPolled.OpenAsync(Settings(2, "intensity_red", "intensity_ir"), clock, time, CancellationToken.None),
        new Board(this));

    private LinkSettings.Iiod Settings(int samples, params string[] channels) =>
        new("127.0.0.1", daemon.Port, "ppg", []) { Buffer = new IiodBuffer(channels, samples), ConfiguredAt = "devices[0].link" };

    private async Task<ILink> SensorAsync(int samples, params string[] channels) => await IiodPolled.OpenAsync(
        Settings(samples, channels.Length == 0 ? ["intensity_red", "intensity_ir"] : channels), new CountingClock(), time, CancellationToken.None);

    private void Say(byte[] answer) => blocks.Writer.TryWrite(answer);

    private static byte[] Block(string mask, string hex) => [.. Encoding.ASCII.GetBytes($"{hex.Length / 2}\n{mask}\n"), .. Convert.FromHexString(hex)];

    private static byte[] Print()
    {
        IiodContext context = new("scripted", [new IiodDevice("iio:device0", "bmp280", null), new IiodDevice("iio:device1", "max30102", "ppg")
        {
            Channels =
            [
                new IiodChannel("temp", IsOutput: false, null) { Attributes = [("raw", "in_temp_raw")] },
                new IiodChannel("intensity_red", IsOutput: false, null) { Scan = new IiodScan(0, "be:u18/32>>8", null) },
                new IiodChannel("intensity_ir", IsOutput: false, null) { Scan = new IiodScan(1, "be:u18/32>>8", null) },
            ],
        }]);
        ArrayBufferWriter<byte> wire = new();
        IiodCodec.WriteData(context.Write(), wire);
        return wire.WrittenSpan.ToArray();
    }

    private static async Task<List<string>> LinesAsync(ILink link, int count)
    {
        List<string> lines = [];
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        while (lines.Count < count)
        {
            Assert.True(await arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
            lines.Add(Encoding.ASCII.GetString(arrivals.Current.Bytes.Span));
        }

        return lines;
    }

    private static List<Reading> Read(string lines)
    {
        List<Reading> readings = [];
        new Max30102Monitor().Next(new Record(RecordKind.Bytes, 0, Encoding.Latin1.GetBytes(lines)), readings);
        return readings;
    }

    private sealed class Board(IiodBufferedTests test) : IFarEnd
    {
        public string Name { get; } = $"iiod://127.0.0.1:{test.daemon.Port}/iio:device1";

        public Task<byte[]> SpeakAsync(int what, CancellationToken cancel)
        {
            bool layout = what % 2 == 1;
            if (layout)
            {
                test.Say(Block("00000006", Golden + Dark));
            }

            return Task.FromResult(Encoding.ASCII.GetBytes(layout ? Layout2 : $"ppg/data\t0x{Golden}{Dark}\n"));
        }

        public void Dispose() => test.daemon.Dispose();
    }
}
