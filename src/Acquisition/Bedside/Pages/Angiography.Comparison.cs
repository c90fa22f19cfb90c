using Microsoft.JSInterop;
using Vascular.Acquisition.Archive;
using Vascular.Devices.Angiography;
using Vascular.Processing.Angiography;

namespace Vascular.Acquisition.Bedside.Pages;

/// <summary>Before and after on the page: a run with its regions is kept beside the next ones, and compared only where both were taken alike.</summary>
public sealed partial class Angiography
{
    private readonly HashSet<MatchCriterion> _stated = [];
    private RunBefore? _before;

    /// <summary>How the two runs stand to each other; null where there are no two.</summary>
    private RunComparison? Comparison => _before is { } before && _open is { Run: not null } open && open.Image.Instance != before.Image.Instance
        ? RunComparison.Of((before.Taken, before.Image.Run), (Taken(open.Image, _chosen!), open.Image.Run), _stated)
        : null;

    /// <summary>Why nothing is compared although a run is kept; null where there is a comparison.</summary>
    private string? NoComparison => _before is not { } before || _open is not { } open || Comparison is not null ? null
        : open.Image.Instance == before.Image.Instance ? "This is the run before. Choose the one after (Page Down)."
        : IsFilm ? "A single picture is not compared."
        : $"This run gives no figures: {open.Refusal.Sentence()}.";

    /// <summary>Keeps the run that is open, as it is read now; or lets go of the one that is kept.</summary>
    private async Task BeforeAsync()
    {
        _stated.Clear();
        if (_before is not null)
        {
            _before = null;
        }
        else
        {
            OpenRun open = _open is { Run: not null } run ? run : throw new FormatException(_open is null ? "no run is open" : _open.Refusal.Sentence());
            _before = _regions.Count > 0 ? new RunBefore(_chosen!, open.Image, Taken(open.Image, _chosen!), [.. _regions]) : throw new FormatException("draw a region first");
        }

        await _script!.InvokeVoidAsync("before", _gone.Token, _before is not null);
        await CurvesAsync();
    }

    /// <summary>A person says that a criterion is the same where the headers are silent, or takes it back.</summary>
    private async Task StateAsync(MatchCriterion criterion)
    {
        _says = null;
        try
        {
            bool isSame = !_stated.Contains(criterion);
            await Readings.StateAsync(_open!.Image.Study, _before!.Image.Instance, _open.Image.Instance, criterion, isSame, _reader, _gone.Token);
            _ = isSame ? _stated.Add(criterion) : _stated.Remove(criterion);
        }
        catch (FormatException refused)
        {
            Say($"Not done: {refused.Message}.", bad: true);
        }
        catch (Exception failed) when (failed is IOException or System.Data.Common.DbException)
        {
            Say("Not done: the record cannot be written; make room on the disk.", bad: true);
        }

        await CurvesAsync();
    }

    /// <summary>As the header says it; whose leg it is, as the station has bound it.</summary>
    private static RunAcquisition Taken(XaImage image, ListedImage listed) => (image.Acquisition ?? new RunAcquisition(null, null, null, null, null, null)) with
    {
        Patient = listed.Patient ?? image.PatientId, PatientIssuer = listed.PatientSystem ?? image.PatientIssuer, Laterality = listed.Side ?? image.Laterality,
    };

    private static string Title(MatchCriterion criterion) => criterion switch
    {
        MatchCriterion.Patient => "patient",
        MatchCriterion.Side => "leg",
        MatchCriterion.CatheterPosition => "catheter position",
        MatchCriterion.ContrastAgent => "contrast agent",
        MatchCriterion.ContrastVolume => "contrast volume",
        MatchCriterion.ContrastRate => "contrast rate",
        MatchCriterion.Projection => "projection",
        MatchCriterion.FrameRate => "frame rate",
        _ => "density unit",
    };

    /// <summary>The run that others are compared with: what was read from it, after its pixels are gone.</summary>
    private sealed record RunBefore(ListedImage Listed, XaImage Image, RunAcquisition Taken, IReadOnlyList<DrawnRegion> Regions);
}
