using System.Buffers;
using System.Globalization;
using System.Text;
using Vascular.Devices.Links;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Pcd01;

/// <summary>IHE PCD-01 messages: HL7 v2 text in, observations out, acknowledgement back.</summary>
/// <remarks>Sources: the sample message of the IHE PCD technical framework; common HL7 knowledge. Confidence of each field: docs/devices/pcd01.md.</remarks>
public static class Pcd01Codec
{
    private static readonly string[] TimeForms = ["yyyyMMddHHmmss", "yyyyMMddHHmm", "yyyyMMddHH", "yyyyMMdd"];

    /// <summary>Reads one message.</summary>
    /// <param name="report">With None: the message. With Range: what of it can be acknowledged; null when it has no control id.</param>
    /// <returns>None; Noise when it does not begin with MSH and its separators; Range when a numeric observation has no number where one is due.</returns>
    public static WireFault Parse(ReadOnlySpan<byte> message, out Pcd01Report? report)
    {
        report = null;
        if (message.Length < 9 || !message.StartsWith("MSH"u8))
        {
            return WireFault.Noise;
        }

        Hl7Separators separators = new(message[3], message[4], message[5], message[6], message[7]);
        List<Pcd01Observation> observations = [];
        string patient = "";
        WireFault fault = WireFault.None;
        foreach (Range part in message.SplitAny((byte)'\r', (byte)'\n'))
        {
            Hl7Segment segment = new(message[part], separators);
            if (report is null)
            {
                report = ReadHeader(segment);
            }
            else if (segment.Is("PID"))
            {
                patient = segment.Text(3);
            }
            else if (segment.Is("OBX") && segment.Text(2) == "NM")
            {
                fault = ReadObservation(segment, out Pcd01Observation observation) ? fault : WireFault.Range;
                observations.Add(observation);
            }
        }

        if (report!.ControlId.Length == 0)
        {
            report = null;
            return WireFault.Range;
        }

        report = report with { PatientId = patient, Observations = observations };
        return fault;
    }

    /// <summary>Writes the acknowledgement of a message: ACK^R01 with MSA, in the sender's separators' standard form.</summary>
    /// <param name="code">AA, AE, AR, or CA, CE, CR where the sender asked for an accept acknowledgement.</param>
    /// <remarks>Its MSH-7 repeats the message's: no clock is read here, so that replay writes the same bytes. MSH-10 is the message's own with an A before it.</remarks>
    public static void WriteAcknowledgement(Pcd01Report report, string code, string text, IBufferWriter<byte> wire, Pcd01Line line = Pcd01Line.Stream)
    {
        ArgumentNullException.ThrowIfNull(report);
        string version = report.Version.Length > 0 ? report.Version : "2.6";
        string processing = report.Processing.Length > 0 ? report.Processing : "P";
        string words = text.Length > 0 ? $"|{Escaped(text)}" : "";
        string message =
            $"MSH|^~\\&|{Escaped(report.ReceivingApplication)}|{Escaped(report.ReceivingFacility)}|{Escaped(report.SendingApplication)}|{Escaped(report.SendingFacility)}|" +
            $"{Escaped(report.SentAt)}||ACK^R01^ACK|A{Escaped(report.ControlId)}|{Escaped(processing)}|{Escaped(version)}\rMSA|{code}|{Escaped(report.ControlId)}{words}\r";
        byte[] bytes = Encoding.UTF8.GetBytes(message);
        if (line == Pcd01Line.Stream)
        {
            Mllp.Write(bytes, wire);
        }
        else
        {
            MessageParts.Write(new ReadOnlySequence<byte>(bytes), wire);
        }
    }

    private static Pcd01Report ReadHeader(in Hl7Segment header) => new(
        header.Text(10),
        $"{header.Text(9)}^{header.Text(9, 2)}",
        header.Text(11),
        header.Text(12),
        header.Text(7),
        header.Text(15),
        header.Text(16),
        header.Text(3),
        header.Text(4),
        header.Text(5),
        header.Text(6));

    /// <returns>False when a value that is due is no number.</returns>
    private static bool ReadObservation(in Hl7Segment segment, out Pcd01Observation observation)
    {
        string value = segment.Text(5);
        bool isNumber = decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number);
        _ = int.TryParse(segment.Text(3), NumberStyles.None, CultureInfo.InvariantCulture, out int code);
        string unit = segment.Text(6);
        string site = segment.Text(20);
        string status = segment.Text(11);
        observation = new Pcd01Observation(
            code, segment.Text(3, 2), segment.Text(4), isNumber ? number : null, unit, status, Time(segment.Text(14)), site.Length > 0 ? site : segment.Text(20, 2));
        return isNumber || value.Length == 0;
    }

    /// <summary>Date and time without zone and fraction.</summary>
    private static DateTime? Time(string text)
    {
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        string plain = digits < 0 ? text : text[..digits];
        return DateTime.TryParseExact(plain, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at) ? at : null;
    }

    private static string Escaped(string text) => text
        .Replace("\\", "\\E\\", StringComparison.Ordinal)
        .Replace("|", "\\F\\", StringComparison.Ordinal)
        .Replace("^", "\\S\\", StringComparison.Ordinal)
        .Replace("~", "\\R\\", StringComparison.Ordinal)
        .Replace("&", "\\T\\", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");
}
