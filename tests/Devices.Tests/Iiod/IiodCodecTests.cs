using System.Buffers;
using System.Text;
using Vascular.Devices.Iiod;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Iiod;

public class IiodCodecTests
{
    [Fact]
    public void Golden_answers_are_read()
    {
        ReadOnlySequence<byte> wire = new([.. IiodGolden.Version, .. IiodGolden.Attribute, .. IiodGolden.Print, .. "-38\n0\n"u8]);
        Assert.Equal(OperationStatus.Done, IiodCodec.TryReadVersion(ref wire, out string version, out _));
        Assert.Equal("0.24.v0.24", version);
        Assert.Equal((OperationStatus.Done, 8, "1677722\0"), Reply(ref wire));
        Assert.Equal((OperationStatus.Done, IiodGolden.Context.Length, IiodGolden.Context), Reply(ref wire));
        Assert.Equal((OperationStatus.Done, -38, ""), Reply(ref wire));
        Assert.Equal((OperationStatus.Done, 0, ""), Reply(ref wire));
        Assert.Equal(OperationStatus.NeedMoreData, Reply(ref wire).Status);
    }

    [Fact]
    public void Golden_answers_are_written()
    {
        ArrayBufferWriter<byte> wire = new();
        IiodCodec.WriteVersion(0, 24, "v0.24", wire);
        IiodCodec.WriteData("1677722\0"u8, wire);
        IiodCodec.WriteCode(-6, wire);
        IiodCodec.WriteData([], wire);
        Assert.Equal([.. IiodGolden.Version, .. IiodGolden.Attribute, .. "-6\n0\n"u8], wire.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData("VERSION\r\n", IiodVerb.Version, "", null, null, 0)]
    [InlineData("PRINT\n", IiodVerb.Print, "", null, null, 0)]
    [InlineData("TIMEOUT 2500\r\n", IiodVerb.Timeout, "", null, null, 2500)]
    [InlineData("READ iio:device0 INPUT pressure raw\r\n", IiodVerb.Read, "iio:device0", "pressure", "raw", 0)]
    [InlineData("read  iio:device0\tinput pressure  raw\n", IiodVerb.Read, "iio:device0", "pressure", "raw", 0)]
    [InlineData("READ iio:device0 INPUT pressure\n", IiodVerb.Read, "iio:device0", "pressure", null, 0)]
    [InlineData("READ iio:device0 sampling_frequency\r\n", IiodVerb.Read, "iio:device0", null, "sampling_frequency", 0)]
    [InlineData("READ iio:device0 \r\n", IiodVerb.Read, "iio:device0", null, null, 0)]
    [InlineData("READBUF iio:device0 64\r\n", IiodVerb.ReadBuffer, "iio:device0", null, null, 64)]
    [InlineData("GETTRIG iio:device0\r\n", IiodVerb.GetTrigger, "iio:device0", null, null, 0)]
    [InlineData("WRITE iio:device0 INPUT voltage0 scale 8\r\n", IiodVerb.Write, "iio:device0", "voltage0", "scale", 8)]
    [InlineData("\r\n\r\nEXIT\r\n", IiodVerb.Exit, "", null, null, 0)]
    [InlineData("quit\n", IiodVerb.Exit, "", null, null, 0)]
    [InlineData("FOO BAR\r\n", IiodVerb.Unknown, "", null, null, 0)]
    [InlineData("VERSIONS\r\n", IiodVerb.Unknown, "", null, null, 0)]
    [InlineData("TIMEOUT soon\r\n", IiodVerb.Unknown, "", null, null, 0)]
    public void Command_lines_are_read(string line, IiodVerb verb, string device, string? channel, string? attribute, long number)
    {
        ReadOnlySequence<byte> wire = new(Encoding.ASCII.GetBytes(line));
        Assert.Equal(OperationStatus.Done, IiodCodec.TryReadCommand(ref wire, out IiodCommand command, out _));
        Assert.Equal((verb, device, channel, attribute, number), (command.Verb, command.Device, command.Channel, command.Attribute, command.Number));
        Assert.True(wire.IsEmpty);
    }

    [Fact]
    public void The_words_of_libiios_own_client_are_written_as_it_writes_them()
    {
        Assert.Equal("VERSION\r\n", Written(new IiodCommand(IiodVerb.Version)));
        Assert.Equal("TIMEOUT 2500\r\n", Written(new IiodCommand(IiodVerb.Timeout) { Number = 2500 }));
        Assert.Equal("READ iio:device0 INPUT pressure raw\r\n", Written(new IiodCommand(IiodVerb.Read, "iio:device0") { Scope = IiodScope.Input, Channel = "pressure", Attribute = "raw" }));
        Assert.Equal("OPEN iio:device0 4 00000003\r\n", Written(new IiodCommand(IiodVerb.Open, "iio:device0") { Number = 4, Mask = "00000003" }));
        Assert.Equal("READBUF iio:device0 64\r\n", Written(new IiodCommand(IiodVerb.ReadBuffer, "iio:device0") { Number = 64 }));
    }

    [Fact]
    public void An_answer_cut_anywhere_is_waited_for_and_every_split_gives_the_same()
    {
        byte[] answer = IiodGolden.Attribute;
        for (int length = 0; length < answer.Length; length++)
        {
            ReadOnlySequence<byte> wire = new(answer, 0, length);
            Assert.Equal(OperationStatus.NeedMoreData, Reply(ref wire).Status);
            Assert.Equal(length, wire.Length);
            ReadOnlySequence<byte> split = Wire.Segments([], answer[..length], [], answer[length..]);
            Assert.Equal((OperationStatus.Done, 8, "1677722\0"), Reply(ref split));
            Assert.True(split.IsEmpty);
        }

        ReadOnlySequence<byte> each = Wire.BytePerSegment(answer);
        Assert.Equal((OperationStatus.Done, 8, "1677722\0"), Reply(ref each));
    }

    [Theory]
    [InlineData("hello\n", WireFault.Noise)]
    [InlineData("8x\n12345678\n", WireFault.Noise)]
    [InlineData("+8\n12345678\n", WireFault.Noise)]
    [InlineData("8 \n12345678\n", WireFault.Noise)]
    [InlineData("8\n123456789\n", WireFault.Noise)]
    [InlineData("-4096\n", WireFault.Range)]
    [InlineData("101\n", WireFault.Range)]
    [InlineData("99999999999\n", WireFault.Noise)]
    [InlineData("1234567890123", WireFault.Noise)]
    public void What_is_no_answer_is_refused_by_name(string text, WireFault fault)
    {
        ReadOnlySequence<byte> wire = new(Encoding.ASCII.GetBytes(text));
        Assert.Equal(OperationStatus.InvalidData, IiodCodec.TryReadReply(ref wire, withData: true, 100, out _, out _, out WireFault why));
        Assert.Equal(fault, why);
        Assert.Equal(text.Length, wire.Length);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        Random random = new(30431);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);
            for (int place = 0; place < bytes.Length; place++)
            {
                bytes[place] = i % 3 == 0 ? bytes[place] : "0123456789-\n\r RED"u8[bytes[place] % 17];
            }

            ReadOnlySequence<byte> wire = new(bytes);
            while (IiodCodec.TryReadCommand(ref wire, out _, out _) == OperationStatus.Done)
            {
            }

            wire = new ReadOnlySequence<byte>(bytes);
            while (IiodCodec.TryReadReply(ref wire, withData: true, 16, out _, out _, out _) == OperationStatus.Done)
            {
            }

            wire = new ReadOnlySequence<byte>(bytes);
            IiodCodec.TryReadVersion(ref wire, out _, out _);
        }
    }

    [Fact]
    public void A_command_without_end_is_given_up()
    {
        ReadOnlySequence<byte> wire = new(new byte[IiodCodec.LongestCommand]);
        Assert.Equal(OperationStatus.InvalidData, IiodCodec.TryReadCommand(ref wire, out _, out WireFault fault));
        Assert.Equal(WireFault.Noise, fault);
    }

    [Fact]
    public void The_context_is_read_and_written()
    {
        IiodContext context = IiodContext.Parse(new MemoryStream(Encoding.UTF8.GetBytes(IiodGolden.Context)));
        Assert.Equal(("test bed", 2), (context.Description, context.Devices.Count));
        IiodDevice device = context.Find("site-a");
        Assert.Equal(("iio:device0", "ads1015"), (device.Id, device.Name));
        Assert.Equal(["voltage0", "timestamp"], device.Channels.Select(c => c.Id));
        Assert.Equal([("raw", "in_voltage0_raw"), ("scale", "in_voltage0_scale")], device.Channels[0].Attributes);
        Assert.Equal(new IiodScan(4, "le:S16/16>>0", "0.062500"), device.Channels[0].Scan);
        Assert.Equal(["sampling_frequency"], device.Attributes);

        IiodContext again = IiodContext.Parse(new MemoryStream(context.Write()));
        Assert.Equal(context.Write(), again.Write());
        Assert.Equal(device.Channels[0].Attributes, again.Find("site-a").Channels[0].Attributes);
    }

    [Fact]
    public void A_device_is_found_by_label_name_or_id_and_two_of_a_name_are_refused()
    {
        IiodContext context = IiodContext.Parse(new MemoryStream(Encoding.UTF8.GetBytes(IiodGolden.Context)));
        Assert.Equal("iio:device1", context.Find("iio:device1").Id);
        Assert.Equal(
            "2 devices are called ads1015: write the label or id of one (site-a, iio:device1)", Assert.Throws<IOException>(() => context.Find("ads1015")).Message);
        Assert.Equal("no device is called bmp280; there are site-a, ads1015", Assert.Throws<IOException>(() => context.Find("bmp280")).Message);
    }

    [Theory]
    [InlineData("<html/>")]
    [InlineData("<context><device/></context>")]
    [InlineData("<context><device id='a'>")]
    [InlineData("")]
    public void What_is_no_context_is_refused(string text) =>
        Assert.Throws<IOException>(() => IiodContext.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    private static (OperationStatus Status, int Code, string Data) Reply(ref ReadOnlySequence<byte> wire)
    {
        OperationStatus status = IiodCodec.TryReadReply(ref wire, withData: true, 4096, out int code, out ReadOnlySequence<byte> data, out _);
        return (status, code, Encoding.ASCII.GetString(data));
    }

    private static string Written(IiodCommand command)
    {
        ArrayBufferWriter<byte> wire = new();
        IiodCodec.WriteCommand(command, wire);
        return Encoding.ASCII.GetString(wire.WrittenSpan);
    }
}
