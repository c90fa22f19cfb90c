using System.Buffers;
using Vascular.Devices.Links;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Pcd01;

/// <summary>How messages are told apart.</summary>
public enum Pcd01Line
{
    /// <summary>A stream with the framing of MLLP in it.</summary>
    Stream,

    /// <summary>Whole messages behind their lengths, as <see cref="Links.MllpLink"/> hands them over.</summary>
    Messages,
}

/// <summary>What the settings on the tape say about a gateway; what it sends, its messages say themselves.</summary>
public sealed record Pcd01Options
{
    public Pcd01Line Line { get; init; }
}

/// <summary>A gateway that sends device observations (IHE PCD-01 over MLLP): transcutaneous tensions of several sites, blood pressure, pulse rate.</summary>
/// <remarks>
/// Every message is acknowledged: AA; AE where an observation could not be read (the others are taken); AR for a message that is no ORU^R01 or of
/// an unknown version. A message that is sent again with the control id of the one before it is acknowledged again and gives no readings.
/// Readings carry the channel of OBX-4 in Detail and OBX-14 in <see cref="Reading.DeviceTime"/>; without a usable value they are Missing. The site a sender
/// names (OBX-20) binds nothing: the technician says where a sensor sits.
/// </remarks>
public sealed class Pcd01Monitor : WireMonitor<Pcd01Report>
{
    private readonly Pcd01Line _line;
    private byte[] _message = new byte[4096];
    private string? _last;
    private Pcd01Report? _damaged;

    public Pcd01Monitor(Pcd01Options options)
        : base(LongestLook(options)) => _line = options.Line;

    protected override void Restart(in Record record, IList<Reading> readings) => _damaged = null;

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out Pcd01Report frame, out WireFault fault)
    {
        frame = null!;
        OperationStatus status = _line == Pcd01Line.Stream ? TryReadStream(ref wire, out int length, out fault) : TryReadMessage(ref wire, out length, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        fault = Pcd01Codec.Parse(_message.AsSpan(0, length), out Pcd01Report? report);
        if (report is null)
        {
            return OperationStatus.InvalidData;
        }

        _damaged = fault == WireFault.None ? null : report;
        (frame, fault) = (report, WireFault.None);
        return OperationStatus.Done;
    }

    private static int LongestLook(Pcd01Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Line == Pcd01Line.Stream ? Mllp.LongestLook : MessageParts.SizeOf(MllpLink.LongestMessage);
    }

    private OperationStatus TryReadStream(ref ReadOnlySequence<byte> wire, out int length, out WireFault fault)
    {
        OperationStatus status = Mllp.TryRead(ref wire, out ReadOnlySequence<byte> message, out fault);
        length = (int)message.Length;
        Hold(length);
        message.CopyTo(_message);
        return status;
    }

    private OperationStatus TryReadMessage(ref ReadOnlySequence<byte> wire, out int length, out WireFault fault)
    {
        Hold((int)wire.Length);
        OperationStatus status = MessageParts.TryRead(ref wire, _message, out length);
        fault = status == OperationStatus.InvalidData ? WireFault.Range : WireFault.None;
        return status;
    }

    private void Hold(int length) => _message = _message.Length < length ? new byte[2 * length] : _message;

    protected override void Take(in Pcd01Report frame, long atNs, long behind, IList<Reading> readings)
    {
        bool damaged = ReferenceEquals(frame, _damaged);
        (string letter, string text) = !frame.IsObservations ? ("R", "only ORU^R01 is taken here")
            : !frame.IsKnownVersion ? ("R", "the version is not known here")
            : damaged ? ("E", "a numeric observation has no number")
            : ("A", "");
        Acknowledge(frame, letter, text);
        if (damaged || letter == "R")
        {
            readings.Add(new Reading(ReadingKind.Refused, atNs, atNs, 0) { Fault = WireFault.Range });
        }

        if (letter == "R" || frame.ControlId == _last)
        {
            return;
        }

        _last = frame.ControlId;
        foreach (Pcd01Observation observation in frame.Observations)
        {
            Add(observation, frame.IsTest, atNs, readings);
        }
    }

    /// <summary>Original mode answers always; enhanced mode (MSH-15, MSH-16) as the sender asked.</summary>
    private void Acknowledge(Pcd01Report report, string letter, string text)
    {
        bool failed = letter != "A";
        bool original = report is { AcceptAcknowledgement: "", ApplicationAcknowledgement: "" };
        if (Wants(report.AcceptAcknowledgement, failed))
        {
            Pcd01Codec.WriteAcknowledgement(report, "C" + letter, text, Outgoing, _line);
        }

        if (original || Wants(report.ApplicationAcknowledgement, failed))
        {
            Pcd01Codec.WriteAcknowledgement(report, "A" + letter, text, Outgoing, _line);
        }
    }

    private static bool Wants(string when, bool failed) => when == "AL" || (when == "ER" && failed) || (when == "SU" && !failed);

    private static void Add(Pcd01Observation observation, bool test, long atNs, IList<Reading> readings)
    {
        (ReadingKind Kind, decimal? Value)? read = observation.Code switch
        {
            Pcd01Codes.TcpO2 => (ReadingKind.TranscutaneousOxygen, observation.UsableMmHg),
            Pcd01Codes.TcpCO2 => (ReadingKind.TranscutaneousCarbonDioxide, observation.UsableMmHg),
            Pcd01Codes.Systolic => (ReadingKind.SystolicPressure, observation.UsableMmHg),
            Pcd01Codes.Diastolic => (ReadingKind.DiastolicPressure, observation.UsableMmHg),
            Pcd01Codes.Mean => (ReadingKind.MeanPressure, observation.UsableMmHg),
            Pcd01Codes.PulseRate => (ReadingKind.PulseRate, observation.Usable),
            _ => null,
        };
        if (read is { } known)
        {
            readings.Add(Numeric(known.Kind, (double?)known.Value, atNs, test ? QualityMarks.TestData : 0) with { Detail = observation.Channel, DeviceTime = observation.At });
        }
    }
}
