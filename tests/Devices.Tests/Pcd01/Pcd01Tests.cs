using System.Buffers;
using System.Text;
using Vascular.Devices.Pcd01;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Pcd01;

public class MllpTests : CodecContract<string>
{
    internal const string Sample = "MSH|^~\\&|HL7^080019FFFF4F6AC0^EUI-64|MMS|||20081211144500||ORU^R01^ORU_R01|12d15a9:11df9e61347:7fee:30456965|P|2.6|20081211144500||NE|AL||8859/1|||IHE PCD ORU-R01 2006^HL7^Universal ID^HL7\rOBX|3|NM|150035^MDC_PRESS_BLD_ART_MEAN^MDC|1.3.1.1|92|mm[Hg]^mm[Hg]^UCUM|||||R|||||||||\r";

    internal const string TwoSites = "MSH|^~\\&|TCGW^0012233445566778^EUI-64|LAB|||20240305140709||ORU^R01^ORU_R01|1001|P|2.6|||NE|AL||UNICODE UTF-8\rPID|||P0001^^^LAB^PI||TEST^PATIENT\rOBR|1||1001^TCGW^0012233445566778^EUI-64|182777000^monitoring of patient^SCT|||20240305140709\r"
        + "OBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1|42|266016^MDC_DIM_MMHG^MDC|||||R|||20240305140709||||||DORSUM_FOOT\rOBX|2|NM|151760^MDC_O2_TCUT^MDC|1.1.2.1|61|266016^MDC_DIM_MMHG^MDC|||||R|||20240305140709||||||CALF\r";

    protected override byte[] Golden => [.. Framed("AB"), .. Framed("C\u001cD"), .. Framed("E\r"), .. Framed("FG")];

    protected override int GoldenFrames => 4;

    protected override int LongestLook => Mllp.LongestLook;

    protected override bool IsAllocationFree => false;

    // A damaged end lets the next beginning show it: both are one refusal away, never two messages joined.
    protected override int LostWithIt => 1;

    protected override Read NewReader() => static (ref ReadOnlySequence<byte> wire, out string text, out WireFault fault) =>
    {
        OperationStatus status = Mllp.TryRead(ref wire, out ReadOnlySequence<byte> message, out fault);
        text = status == OperationStatus.Done ? Encoding.UTF8.GetString(message) : "";
        return status;
    };

    [Fact]
    public void A_message_that_begins_inside_another_refuses_the_first_and_is_never_joined_to_it()
    {
        Story story = Tell([0x0B, (byte)'A', .. Framed("B")]);
        Assert.Equal(["B"], story.Frames);
        Assert.Equal((WireFault.Truncated, 0L, 2L), Assert.Single(story.Faults));
    }

    internal static byte[] Framed(string message) => [0x0B, .. Encoding.UTF8.GetBytes(message), 0x1C, 0x0D];
}

public class Pcd01CodecTests
{
    [Fact]
    public void The_frameworks_own_sample_holds_a_mean_pressure_of_92()
    {
        Assert.Equal(WireFault.None, Parse(MllpTests.Sample, out Pcd01Report? report));
        Assert.Equal(("12d15a9:11df9e61347:7fee:30456965", "2.6", "NE", "AL"), (report!.ControlId, report.Version, report.AcceptAcknowledgement, report.ApplicationAcknowledgement));
        Pcd01Observation mean = Assert.Single(report.Observations);
        Assert.Equal((150035, "MDC_PRESS_BLD_ART_MEAN", "1.3.1.1", 92m, "mm[Hg]", "R"), (mean.Code, mean.RefId, mean.Path, mean.UsableMmHg, mean.Unit, mean.Status));
    }

    [Fact]
    public void Two_sites_differ_by_channel_and_by_the_senders_words()
    {
        Parse(MllpTests.TwoSites, out Pcd01Report? report);
        Assert.Equal("P0001", report!.PatientId);
        Assert.Equal([(42m, 1, "DORSUM_FOOT"), (61m, 2, "CALF")], report.Observations.Select(o => (o.UsableMmHg!.Value, o.Channel, o.Site)));
        Assert.Equal(new DateTime(2024, 3, 5, 14, 7, 9), report.Observations[0].At);
    }

    [Theory]
    [InlineData("OBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1||266016^MDC_DIM_MMHG^MDC|||||X|||20240305140710", null)]
    [InlineData("OBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1|42|266016^MDC_DIM_MMHG^MDC|||||W", null)]
    [InlineData("OBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1|42|999^MDC_DIM_DIMLESS^MDC|||||R", null)]
    [InlineData("OBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1|5.6|kPa^kPa^UCUM|||||F", 42.003472)]
    public void Only_a_result_in_a_known_unit_is_a_value(string obx, double? value)
    {
        Assert.Equal(WireFault.None, Parse($"MSH|^~\\&|G|L|||1||ORU^R01|7|P|2.6\r{obx}\r", out Pcd01Report? report));
        Assert.Equal((decimal?)value, Assert.Single(report!.Observations).UsableMmHg);
    }

    [Fact]
    public void Separators_are_those_the_message_names_and_escapes_come_back()
    {
        Parse("MSH#*~\\&#G#L###1##ORU*R01#a\\F\\b#P#2.6\rPID###x\\S\\y\\E\\*z\r", out Pcd01Report? report);
        Assert.Equal(("a#b", "ORU^R01", "x*y\\"), (report!.ControlId, report.Type, report.PatientId));
    }

    [Theory]
    [InlineData("hello there", WireFault.Noise)]
    [InlineData("MSH|^~\\&|G|L|||1||ORU^R01||P|2.6\r", WireFault.Range)]
    [InlineData("MSH|^~\\&|G|L|||1||ORU^R01|7|P|2.6\rOBX|1|NM|151760|1|4x2|266016|||||R\r", WireFault.Range)]
    public void What_cannot_be_read_is_refused(string message, WireFault fault) => Assert.Equal(fault, Parse(message, out _));

    [Fact]
    public void Cut_or_changed_anywhere_a_message_never_throws()
    {
        byte[] golden = Encoding.UTF8.GetBytes(MllpTests.TwoSites);
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = golden[..random.Next(golden.Length + 1)];
            for (int k = 0; k < 3 && damaged.Length > 0; k++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            Pcd01Codec.Parse(damaged, out Pcd01Report? report);
            Assert.True(report is null || report.ControlId.Length > 0);
        }
    }

    private static WireFault Parse(string message, out Pcd01Report? report) => Pcd01Codec.Parse(Encoding.UTF8.GetBytes(message), out report);
}

public class Pcd01MonitorTests
{
    private readonly Pcd01Monitor _monitor = new(new Pcd01Options());
    private readonly List<Reading> _readings = [];

    [Fact]
    public void Two_sites_are_two_readings_and_the_message_is_accepted()
    {
        Assert.Equal("MSH|^~\\&|||TCGW|LAB|20240305140709||ACK^R01^ACK|A1001|P|2.6\rMSA|AA|1001\r", Assert.Single(Read(MllpTests.TwoSites)));
        Assert.Equal([(42.0, 1), (61, 2)], _readings.Where(r => r.Kind == ReadingKind.TranscutaneousOxygen).Select(r => (r.Value, r.Detail)));
    }

    [Fact]
    public void A_message_sent_again_is_accepted_again_and_read_once()
    {
        Read(MllpTests.TwoSites);
        Assert.Contains("MSA|AA|1001", Assert.Single(Read(MllpTests.TwoSites)), StringComparison.Ordinal);
        Assert.Equal(2, _readings.Count);
    }

    [Theory]
    [InlineData("ADT^A01", "2.6", "|||NE|AL", "MSA|AR|7|only ORU\\S\\R01 is taken here")]
    [InlineData("ORU^R01", "2.1", "|||NE|AL", "MSA|AR|7|the version is not known here")]
    [InlineData("ORU^R01", "2.6", "|||AL|NE", "MSA|CA|7")]
    [InlineData("ORU^R01", "2.6", "", "MSA|AA|7")]
    [InlineData("ORU^R01", "2.6", "|||NE|NE", null)]
    [InlineData("ORU^R01", "2.6", "|||NE|ER", null)]
    public void The_sender_gets_the_answer_it_asked_for(string type, string version, string asked, string? answer)
    {
        string[] answers = Read($"MSH|^~\\&|G|L|||1||{type}|7|P|{version}{asked}\rOBX|1|NM|150033|1|120|mm[Hg]|||||R\r");
        Assert.Equal(answer is null ? [] : [answer], answers.Select(a => a.Split('\r')[1]));
    }

    [Fact]
    public void A_value_that_is_no_number_is_an_error_and_the_others_are_taken()
    {
        string answer = Assert.Single(Read("MSH|^~\\&|G|L|||1||ORU^R01|7|P|2.6\rOBX|1|NM|150033|1|1x0|mm[Hg]|||||R\rOBX|2|NM|150034|1|70|mm[Hg]|||||R\r"));
        Assert.Contains("MSA|AE|7|", answer, StringComparison.Ordinal);
        Assert.Equal([ReadingKind.Refused, ReadingKind.SystolicPressure, ReadingKind.DiastolicPressure], _readings.Select(r => r.Kind));
        Assert.Equal([false, true], _readings.Skip(1).Select(r => r.HasValue));
    }

    [Fact]
    public void Training_is_no_patient_and_no_value_is_no_number()
    {
        Read("MSH|^~\\&|G|L|||1||ORU^R01|8|T|2.6\rOBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1||266016^MDC_DIM_MMHG^MDC|||||X\r");
        Assert.Equal(QualityMarks.Missing | QualityMarks.TestData, Assert.Single(_readings).Marks);
    }

    private string[] Read(string message)
    {
        ReadOnlyMemory<byte> sent = _monitor.Next(new Record(RecordKind.Bytes, 0, MllpTests.Framed(message)), _readings).Send;
        return [.. Encoding.UTF8.GetString(sent.Span).Split('\u000b', StringSplitOptions.RemoveEmptyEntries).Select(a => a.TrimEnd('\u001c', '\r') + "\r")];
    }
}
