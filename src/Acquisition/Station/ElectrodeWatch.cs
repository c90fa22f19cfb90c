using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Oxygen;

namespace Vascular.Acquisition.Station;

/// <summary>Watches the electrodes of an examination and tells when one passes to another phase, or when something happened to it: warm-up, air leak, plateau, its withdrawal.</summary>
/// <remarks>Only what changed is told. The value is not: it is a finding's to say.</remarks>
public sealed class ElectrodeWatch
{
    private readonly Dictionary<string, (PlateauPhase Phase, PlateauFlags Flags)> _told = new(StringComparer.Ordinal);

    /// <summary>What is new since the last call; a step that was stopped leaves its electrode without a phase.</summary>
    public IReadOnlyList<LinkNotice> Next(ExaminationFold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        if (fold.Electrodes.Count == 0 && _told.Count == 0)
        {
            return [];
        }

        List<LinkNotice> news = [];
        foreach (SkinOxygenAttempt electrode in fold.Electrodes)
        {
            string link = electrode.Channels[0].Settings.Name;
            PlateauResult now = electrode.Now;
            if (!_told.TryGetValue(link, out var told) || told != (now.Phase, now.Flags))
            {
                _told[link] = (now.Phase, now.Flags);
                news.Add(Notice(link, fold.LastAtNs, new ElectrodeState(now.Phase.Word(), now.Flags.Words())));
            }
        }

        foreach (string stopped in _told.Keys.Where(link => fold.Electrodes.All(e => e.Channels[0].Settings.Name != link)).ToArray())
        {
            _told.Remove(stopped);
            news.Add(Notice(stopped, fold.LastAtNs, null));
        }

        return news;
    }

    private static LinkNotice Notice(string link, long atNs, ElectrodeState? state) => new(link, LinkNotice.Electrode, atNs, null) { State = state };
}
