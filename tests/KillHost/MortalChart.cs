using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;

namespace Vascular.KillHost;

/// <summary>A station's record that calls out at each instant around a commit, and says what was promised once it is.</summary>
/// <param name="promised">Called for each finding whose acceptance was reported as done.</param>
public sealed class MortalChart(IChart inner, MortalCounts counts, Action<KillStage, int, Action<double>> instant, Action<AcceptedVersion> promised) : IChart
{
    public void Commit(ActEffect effect)
    {
        counts.Commits++;
        instant(KillStage.BeforeCommit, counts.Commits, static _ => { });
        instant(KillStage.InCommit, counts.Commits, static _ => { });
        inner.Commit(effect);
        foreach (Processing.Vocabulary.Finding finding in effect.Accepted)
        {
            promised(new AcceptedVersion(finding.Id, finding.Version));
        }

        instant(KillStage.AfterCommit, counts.Commits, static _ => { });
    }

    public void Sealed(TapeSeal seal) => inner.Sealed(seal);

    public void Ended(ActEffect end)
    {
        instant(KillStage.BeforeBundle, 1, static _ => { });
        instant(KillStage.InBundle, 1, static _ => { });
        inner.Ended(end);
        instant(KillStage.AfterBundle, 1, static _ => { });
    }
}
