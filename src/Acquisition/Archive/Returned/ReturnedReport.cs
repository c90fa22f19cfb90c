using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Fhir;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>A session report as the objects that go back to the archive. A pure function: the same report gives the same bytes.</summary>
public static class ReturnedReport
{
    /// <param name="earlier">Objects of earlier versions of the same examination and binding: the last measurements and document are replaced, and all are rejected when they were of another patient.</param>
    /// <param name="orderedStudy">Study Instance UID of the order; null where there is none.</param>
    /// <returns>Traces first, then the measurements that name them, then the document; for a report entered in error the rejection alone, or nothing when nothing was stored.</returns>
    public static IReadOnlyList<ReturnedObject> Objects(SessionReport report, IReadOnlyCollection<ReturnedObject> earlier, string? orderedStudy = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(earlier);
        ObjectFrame frame = new(report, orderedStudy);
        if (report.Status == ReportStatus.EnteredInError)
        {
            return earlier.Count == 0 ? [] : [RejectionNote.Of(frame, earlier)];
        }

        List<(ReportedFinding Finding, ReturnedObject Object)> traces = [];
        foreach (ReportedFinding finding in report.Findings.Where(f => !f.Withdrawn && FindingObservation.IsWaveform(f.Finding)))
        {
            if (PulseWaveform.Of(frame, finding, traces.Count + 1) is { } trace)
            {
                traces.Add((finding, trace));
            }
        }

        ReturnedObject[] predecessors = [.. earlier.Where(o => o.Kind == ReturnedKind.Measurements).OrderByDescending(o => o.ResultVersion).Take(1)];
        return [.. traces.Select(t => t.Object), MeasurementReport.Of(frame, traces, predecessors), DocumentObject.Of(frame)];
    }
}
