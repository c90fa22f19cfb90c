using System.Buffers;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Vascular.Devices.Tcm;
using Vascular.Simulators.Iiod;
using Vascular.Simulators.Nonin;
using Vascular.Simulators.Par;
using Vascular.Simulators.Tcm;

namespace Vascular.Simulators.Tests;

/// <summary>The simulators' own encoders against the golden bytes of the protocol documents: they share nothing with the service's readers.</summary>
public sealed partial class WireTests
{
    [Fact]
    public void A_packet_of_format_7_is_the_published_one()
    {
        byte[] golden = Convert.FromHexString(
            ("81 80 00 00 01  80 82 5A 48 A4  80 84 AE 61 13  80 86 F6 31 2D  80 89 2C 00 35" +
             "82 8B 4B 09 61  82 8D 4C 52 AD  82 8F 2A 20 5B  82 90 E2 61 55  82 92 6E 61 E3" +
             "82 93 CA 61 40  82 94 F3 00 09  82 95 E6 00 FD  82 96 A0 00 B8  82 97 20 48 81" +
             "82 97 64 61 DE  82 97 6C 61 E6  80 97 37 00 4E  80 96 C6 00 DC  80 96 1A 00 30" +
             "80 95 35 48 92  80 94 19 00 2D  80 92 C9 48 23  80 91 49 00 5A  80 8F 9C 00 AB").Replace(" ", "", StringComparison.Ordinal));
        byte[] floats = new byte[25];
        new NoninNumbers
        {
            Rate = 72, LongRate = 72, ShownRate = 72, ShownLongRate = 72, Saturation = 97, LongSaturation = 97, ShownSaturation = 97, ShownLongSaturation = 97,
            Revision = 0x31, Thirds = 1234, SmartPoint = true,
        }.Write(floats);
        ArrayBufferWriter<byte> wire = new();
        for (int n = 0; n < 25; n++)
        {
            NoninFlags flags = (n == 0 ? NoninFlags.Sync : NoninFlags.None) | (n is >= 5 and <= 16 ? NoninFlags.Green : NoninFlags.None);
            NoninWire.WriteFormat7(flags, (ushort)((golden[(5 * n) + 1] << 8) | golden[(5 * n) + 2]), floats[n], wire);
        }

        Assert.Equal(Convert.ToHexString(golden), Convert.ToHexString(wire.WrittenSpan));
    }

    [Fact]
    public void A_rate_of_142_is_split_at_seven_bits_and_a_missing_one_is_511()
    {
        byte[] floats = new byte[25];
        new NoninNumbers { Rate = 142 }.Write(floats);
        Assert.Equal([0x01, 0x0E, 0x7F], floats[..3]);
        new NoninNumbers().Write(floats);
        Assert.Equal([0x03, 0x7F, 0x7F], floats[..3]);
        ArrayBufferWriter<byte> wire = new();
        NoninWire.WriteFormat7(NoninFlags.SensorAlarm | NoninFlags.OutOfTrack, 0x9C4A, 0x0E, wire);
        Assert.Equal([0x98, 0x9C, 0x4A, 0x0E, 0x8C], wire.WrittenSpan.ToArray());
    }

    [Fact]
    public void Messages_of_the_cuff_module_are_the_published_ones()
    {
        Assert.Equal("0231353043305333030D", Convert.ToHexString(ParWire.Pressure(150, ParModuleState.Measuring)));
        Assert.Equal("0230333243305334030D", Convert.ToHexString(ParWire.Pressure(32, ParModuleState.Manometer)));
        Assert.Equal("02393939030D", Convert.ToHexString(ParWire.End()));
        Assert.Equal("\u0002S1;A0;C00;M00;P114070085;R072;T0000;;36\u0003\r", Text(new ParModuleStatus { State = ParModuleState.Idle, Result = new ParPressures(114, 70, 85), PulsePerMin = 72 }));
        Assert.Equal("\u0002S1;A0;C00;M07;P---------;R---;T0000;;F6\u0003\r", Text(new ParModuleStatus { State = ParModuleState.Idle, Message = 7 }));
        Assert.Equal("\u0002S1;A0;C00;M00;P---------;R---;T0000;;EF\u0003\r", Text(new ParModuleStatus { State = ParModuleState.Idle }));

        static string Text(ParModuleStatus status) => Encoding.ASCII.GetString(ParWire.Status(status));
    }

    [Theory]
    [InlineData("\u000201;;D7\u0003", 1, 8)]
    [InlineData("\r\u000218;;DF\u0003\r", 18, 9)]
    [InlineData("\u000214;;DB\u0003", 14, 8)]
    [InlineData("X", ParWire.Abort, 1)]
    [InlineData("\u000214;\u000225;;DD\u0003", 25, 12)]     // a command that was cut off, and a whole one
    [InlineData("\u000214;;DA\u0003", null, 8)]             // wrong checksum
    [InlineData("\u000214;;D", null, 0)]
    public void Commands_are_read_as_published(string heard, int? command, int used)
    {
        Assert.Equal(command, ParWire.ReadCommand(heard, out int done));
        Assert.Equal(used, done);
    }

    [Theory]
    [InlineData(TcmLine.Oxygen, TcmRange.UpTo200, 42, 210)]
    [InlineData(TcmLine.Oxygen, TcmRange.UpTo800, 42, 42)]
    [InlineData(TcmLine.Oxygen, TcmRange.UpTo200, 5, 25)]
    [InlineData(TcmLine.Oxygen, TcmRange.UpTo200, 230, 1000)]
    [InlineData(TcmLine.Temperature, TcmRange.UpTo200, 44, 880)]
    [InlineData(TcmLine.Power, TcmRange.UpTo200, 350, 350)]
    [InlineData(TcmLine.Power, TcmRange.UpTo200, 9, 0)]
    [InlineData(TcmLine.Alarm, TcmRange.UpTo200, 1, 1000)]
    public void Analogue_lines_are_driven_as_the_manual_says(TcmLine line, TcmRange range, double value, double milliVolts) =>
        Assert.Equal(milliVolts, SimulatedTcm.Driven(line, range, value));

    [Fact]
    public void Answers_of_the_daemon_are_those_seen_on_the_wire()
    {
        ArrayBufferWriter<byte> wire = new();
        IiodWire.WriteVersion(wire);
        IiodWire.WriteData("1677722\0"u8, wire);
        IiodWire.WriteCode(-22, wire);
        Assert.Equal("302E32342E76302E323420200A" + "380A31363737373232000A" + "2D32320A", Convert.ToHexString(wire.WrittenSpan));
        Assert.Null(IiodWire.Read("\r"));
        Assert.Equal(new IiodRequest("READ", "iio:device0") { Scope = "INPUT", Channel = "pressure", Attribute = "raw" }, IiodWire.Read("READ iio:device0 INPUT pressure raw\r"));
        Assert.Equal(new IiodRequest("OPEN", "iio:device0") { Number = 4, Mask = "00000003" }, IiodWire.Read("open iio:device0 4 00000003"));
        Assert.Equal(IiodRequest.Wrong, IiodWire.Read("FOO BAR")!.Verb);
    }

    /// <summary>A simulator that shares the service's codec proves nothing: of the device room only the clock's seam and the range a technician chooses may be named.</summary>
    [Fact]
    public void No_simulator_names_the_device_room_but_for_its_clock_and_a_setting()
    {
        string[] allowed = ["Vascular.Devices.Links.ITapeClock", "Vascular.Devices.Tcm.TcmRange"];
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<Type> named = typeof(NoninWire).Assembly.GetTypes().SelectMany(t => t.GetInterfaces()
            .Concat(t.GetFields(All).Select(f => f.FieldType))
            .Concat(t.GetMethods(All).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
            .Concat(t.GetMethods(All).Select(m => m.GetMethodBody()).OfType<MethodBody>().SelectMany(b => b.LocalVariables.Select(v => v.LocalType))));
        Assert.Subset(allowed.ToHashSet(), named.Where(t => t.Namespace?.StartsWith("Vascular.Devices", StringComparison.Ordinal) == true).Select(t => t.FullName!).ToHashSet());

        // static calls leave no type behind in the metadata of a method: the text tells
        string[] rooms = [.. Directory.EnumerateFiles(Room(), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => Using().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)).Distinct().Order()];
        Assert.Equal(["Vascular.Devices.Links", "Vascular.Devices.Tcm"], rooms);
        Assert.DoesNotContain(Directory.EnumerateFiles(Room(), "*.cs", SearchOption.AllDirectories), f => Codec().IsMatch(File.ReadAllText(f)));
    }

    [GeneratedRegex(@"using (?:static |\w+ = )?(Vascular\.Devices[\w.]*);")]
    private static partial Regex Using();

    [GeneratedRegex(@"\b(Tcm|Nonin|Par|Iiod|Register|Contec|FiveByte|Masimo|AccuPulse|IntelliVue|Pcd01|PulseSensor)Codec\b")]
    private static partial Regex Codec();

    private static string Room([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../simulators"));
}
