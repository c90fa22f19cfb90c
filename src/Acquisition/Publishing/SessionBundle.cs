using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Vascular.Acquisition.Publishing.Fhir;

namespace Vascular.Acquisition.Publishing;

/// <summary>A session report as a FHIR R4 message: what every consumer reads. A pure function: the same report gives the same bytes.</summary>
/// <remarks>The bundle stands alone. A consumer over MQTT 3.1.1, which has no user properties, drops repeats by <c>Bundle.identifier</c>.</remarks>
public static class SessionBundle
{
    private static readonly JsonSerializerOptions Json = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);

    /// <summary>The whole report in one bundle, as UTF-8 JSON.</summary>
    /// <exception cref="ArgumentException">A finding is running, contradicts its state, or has no code.</exception>
    public static byte[] Bytes(SessionReport report) => Bytes(SessionMessage.Whole(report));

    /// <summary>The bundle of one message as UTF-8 JSON.</summary>
    /// <exception cref="ArgumentException">A finding is running, contradicts its state, or has no code.</exception>
    public static byte[] Bytes(SessionMessage message) => JsonSerializer.SerializeToUtf8Bytes(Of(message), Json);

    /// <exception cref="ArgumentException">A finding is running, contradicts its state, or has no code.</exception>
    public static Bundle Of(SessionReport report) => Of(SessionMessage.Whole(report));

    /// <exception cref="ArgumentException">A finding is running, contradicts its state, or has no code.</exception>
    public static Bundle Of(SessionMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        BundleFrame frame = new(message);
        return new Bundle
        {
            Meta = frame.Marks(),
            Identifier = new Identifier(Systems.Uri, "urn:uuid:" + message.Id),
            Type = Bundle.BundleType.Message,
            Timestamp = message.Report.Issued,
            Entry = [.. Entries(frame).Select(e => new Bundle.EntryComponent { FullUrl = e.Url, Resource = e.Resource })],
        };
    }

    private static IEnumerable<(string Url, Resource Resource)> Entries(BundleFrame frame)
    {
        SessionReport report = frame.Report;
        yield return (frame.Header, Header(frame));
        yield return (frame.Patient, SessionPeople.Patient(frame));
        yield return (frame.Organization, SessionPeople.Laboratory(frame));
        foreach (string user in SessionPeople.Users(frame.Message))
        {
            yield return (frame.Person(user), SessionPeople.Person(user, frame));
        }

        if (report.Order is { } order)
        {
            yield return (frame.Order, SessionPeople.Order(order, frame));
        }

        yield return (frame.Gateway, SessionDevices.Gateway(frame));
        foreach (ReportedDevice device in report.Devices)
        {
            yield return (frame.Device(device.Link), SessionDevices.Of(device, frame));
        }

        foreach (ReportedFinding finding in frame.Message.Findings)
        {
            yield return (frame.Observation(finding.Finding.Id), FindingObservation.Of(finding, frame));
        }

        if (frame.Message.HoldsReport)
        {
            yield return (frame.DiagnosticReport, SessionConclusion.Report(frame));
            foreach (ReportedEvidence sheet in report.Evidence)
            {
                yield return (frame.Evidence(sheet.Evidence.Limb), EvidenceResponse.Of(sheet, frame));
            }
        }

        yield return (frame.Provenance, SessionConclusion.Provenance(frame));
    }

    private static MessageHeader Header(BundleFrame frame) => new()
    {
        Meta = frame.Marks(),
        Extension = [Session(frame.Message)],
        Event = new Coding(Systems.Event, "result-final", "Final result of a measurement session"),
        Source = new MessageHeader.MessageSourceComponent
        {
            Name = "Vascular measurement acquisition service",
            Software = "vascular-acquisition",
            Version = frame.Report.SoftwareVersion,
            Endpoint = "urn:vascular-acquisition:gateway:" + frame.Report.Gateway,
        },
        // what was withdrawn is no result of the report, so the message names it itself
        Focus = frame.Message.HoldsReport
            ? [new ResourceReference(frame.DiagnosticReport), .. frame.Report.Evidence.Select(e => new ResourceReference(frame.Evidence(e.Evidence.Limb))), .. References(frame.Message.Findings.Where(f => f.Withdrawn), frame)]
            : [.. References(frame.Message.Findings, frame)],
    };

    private static IEnumerable<ResourceReference> References(IEnumerable<ReportedFinding> findings, BundleFrame frame) =>
        findings.Select(f => frame.ObservationReference(f.Finding.Id));

    /// <summary>The envelope once more, for who receives it over MQTT 3.1.1: which examination, which version of its bundle, and which part of it.</summary>
    private static Extension Session(SessionMessage message)
    {
        Extension session = new() { Url = Systems.SessionMessage };
        session.Extension.Add(new Extension("examination", new FhirUri("urn:uuid:" + message.Report.Examination)));
        session.Extension.Add(new Extension("resultversion", new PositiveInt(message.Report.ResultVersion)));
        if (message.IsSplit)
        {
            session.Extension.Add(new Extension("part", new FhirString(message.Part)));
            session.Extension.Add(new Extension("partof", new FhirUri("urn:uuid:" + message.Report.MessageId)));
        }

        return session;
    }
}
