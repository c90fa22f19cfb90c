using System.Buffers;
using System.Text;
using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Registers;

public class RegisterCodecTests
{
    private const string Poll = "ads1015/in_voltage0_scale\t0.062500000\nads1015/in_voltage0_raw\t3360\nads1015/in_voltage1_raw\t-110\n";

    [Fact]
    public void The_lines_the_tape_defines_are_read()
    {
        Assert.Equal(
            ["ads1015|in_voltage0_scale|0.062500000|0", "ads1015|in_voltage0_raw|3360|0", "ads1015|in_voltage1_raw||110"],
            Read(Bytes(Poll)));
    }

    [Fact]
    public void A_negative_count_is_a_value_and_a_negative_whole_number_an_error()
    {
        ArrayBufferWriter<byte> wire = new();
        RegisterCodec.WriteValue("ads1015"u8, "in_voltage0_raw"u8, "-3\0"u8, wire);
        RegisterCodec.WriteError("ads1015"u8, "in_voltage0_raw"u8, 3, wire);
        RegisterCodec.WriteValue("ads1015"u8, "in_voltage0_scale"u8, "0.062500000\n"u8, wire);
        RegisterCodec.WriteBytes("ads1115"u8, "ain0_conversion"u8, [0x0D, 0x20], wire);

        Assert.Equal(
            "ads1015/in_voltage0_raw\t-3.0\nads1015/in_voltage0_raw\t-3\nads1015/in_voltage0_scale\t0.062500000\nads1115/ain0_conversion\t0x0D20\n",
            Encoding.ASCII.GetString(wire.WrittenSpan));
        Assert.Equal(
            ["ads1015|in_voltage0_raw|-3.0|0", "ads1015|in_voltage0_raw||3", "ads1015|in_voltage0_scale|0.062500000|0", "ads1115|ain0_conversion|0x0D20|0"],
            Read(wire.WrittenSpan.ToArray()));
    }

    [Theory]
    [InlineData("no tab\n", WireFault.Noise)]
    [InlineData("noslash\t1\n", WireFault.Noise)]
    [InlineData("/raw\t1\n", WireFault.Noise)]
    [InlineData("adc/\t1\n", WireFault.Noise)]
    [InlineData("adc\t/raw\n", WireFault.Noise)]
    [InlineData("adc/raw\t1\t2\n", WireFault.Noise)]
    [InlineData("adc/raw\t\u00011\n", WireFault.Noise)]
    [InlineData("\n", WireFault.Noise)]
    [InlineData("adc/raw\t-0\n", WireFault.Range)]
    [InlineData("adc/raw\t-4096\n", WireFault.Range)]
    [InlineData("adc/raw\t-99999999999\n", WireFault.Range)]
    public void What_is_no_line_is_refused_by_name(string text, WireFault fault) => Assert.Equal([$"{fault}", "adc|raw|7|0"], Read(Bytes(text + "adc/raw\t7\n")));

    [Fact]
    public void Every_split_and_every_segmentation_gives_the_same_lines()
    {
        byte[] stream = Bytes($"noise\n{Poll}x/y\t-5\n");
        List<string> whole = Read(stream);
        Assert.Equal(5, whole.Count);
        for (int at = 0; at <= stream.Length; at++)
        {
            Assert.Equal(whole, Read(Wire.Segments(stream[..at], stream[at..])));
            Assert.Equal(whole, Read(Wire.Segments([], stream[..at], [], stream[at..])));
        }

        Assert.Equal(whole, Read(Wire.BytePerSegment(stream)));
    }

    [Fact]
    public void A_line_cut_anywhere_is_waited_for()
    {
        byte[] line = Bytes("ads1015/in_voltage0_raw\t3360\n");
        for (int length = 0; length < line.Length; length++)
        {
            ReadOnlySequence<byte> wire = new(line, 0, length);
            Assert.Equal(OperationStatus.NeedMoreData, RegisterCodec.TryRead(ref wire, new byte[RegisterCodec.LongestLine], out _, out _));
            Assert.Equal(length, wire.Length);
        }
    }

    [Fact]
    public void A_line_that_never_ends_is_given_up()
    {
        List<string> events = Read([.. Enumerable.Repeat((byte)'a', 400), .. "\nadc/raw\t7\n"u8]);
        Assert.Equal("adc|raw|7|0", events[^1]);
        Assert.All(events[..^1], e => Assert.Equal("Noise", e));
    }

    [Fact]
    public void Random_bytes_never_throw_and_always_advance()
    {
        Random random = new(20260901);
        byte[] room = new byte[RegisterCodec.LongestLine];
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = new byte[random.Next(0, 48)];
            random.NextBytes(bytes);
            if (bytes.Length > 3 && i % 2 == 0)
            {
                bytes[random.Next(bytes.Length)] = (byte)'\n';
                bytes[random.Next(bytes.Length)] = (byte)'/';
                bytes[random.Next(bytes.Length)] = (byte)'\t';
            }

            ReadOnlySequence<byte> wire = new(bytes);
            for (long before = wire.Length; RegisterCodec.TryRead(ref wire, room, out _, out _) != OperationStatus.NeedMoreData; before = wire.Length)
            {
                Assert.True(wire.Length < before);
            }
        }
    }

    [Theory]
    [InlineData("0.062500000", 0.0625)]
    [InlineData("-3.0", -3.0)]
    [InlineData("3360", 3360.0)]
    [InlineData("100.653267578", 100.653267578)]
    [InlineData("0x0D20", null)]
    [InlineData("1,5", null)]
    [InlineData("1 ", null)]
    [InlineData("NaN", null)]
    [InlineData("", null)]
    public void A_number_is_a_decimal_number_and_nothing_else(string text, double? number)
    {
        ReadOnlySequence<byte> wire = new(Bytes($"a/b\t{text}\n"));
        Assert.Equal(OperationStatus.Done, RegisterCodec.TryRead(ref wire, new byte[RegisterCodec.LongestLine], out RegisterLine line, out _));
        Assert.Equal(number, line.TryNumber(out double read) ? read : null);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static List<string> Read(byte[] bytes) => Read(new ReadOnlySequence<byte>(bytes));

    private static List<string> Read(ReadOnlySequence<byte> wire)
    {
        List<string> events = [];
        byte[] room = new byte[RegisterCodec.LongestLine];
        OperationStatus status;
        while ((status = RegisterCodec.TryRead(ref wire, room, out RegisterLine line, out WireFault fault)) != OperationStatus.NeedMoreData)
        {
            events.Add(status == OperationStatus.Done
                ? $"{Encoding.ASCII.GetString(line.Device)}|{Encoding.ASCII.GetString(line.Register)}|{Encoding.ASCII.GetString(line.Value)}|{line.Errno}"
                : $"{fault}");
        }

        return events;
    }
}
