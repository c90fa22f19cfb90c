using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Scripts;

namespace Vascular.Benchmarks;

/// <summary>The report of the seed examination, as its end sends it: what every result of a benchmark says.</summary>
internal static class SeedReport
{
    public static SessionReport Play()
    {
        Scenario scenario = ScenarioFile.Load("seed-2017-09-pressures");
        Guid examination = ScenarioSettings.ExaminationId(scenario, scenario.Seed);
        ReportPlace place = new(MqttStand.Site, MqttStand.Gateway, "0");
        string root = Directory.CreateTempSubdirectory("report-benchmark-").FullName;
        using TapeKeys keys = TapeKeys.InMemory();
        try
        {
            Kept kept = new(examination, place);
            ScenarioPlay.Run(new ExaminationFolder(root, examination, keys, place), _ => kept, scenario, scenario.Seed, speed: null, TimeProvider.System, CancellationToken.None);
            return kept.Report!;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private sealed class Kept(Guid examination, ReportPlace place) : IChart
    {
        public SessionReport? Report { get; private set; }

        private readonly Dictionary<Guid, (Finding Finding, string By, DateTimeOffset At)> _accepted = [];

        public void Commit(ActEffect effect)
        {
            foreach (Finding withdrawn in effect.Withdrawn)
            {
                _accepted.Remove(withdrawn.Id);
            }

            foreach (Finding finding in effect.Accepted)
            {
                _accepted[finding.Id] = (finding, effect.Acceptors[finding.Id], UtcNs.ToTime(effect.UtcNs));
            }
        }

        public void Sealed(TapeSeal seal)
        {
        }

        public void Ended(ActEffect end) => Report = ReportOf.Examination(
            examination,
            end.Basis!,
            end.Sendings[^1],
            place,
            Identifiers.Bundle(examination, end.Act.Number, end.Binding),
            1,
            [.. _accepted.Values.Select(a => ReportOf.Finding(end.Basis!, a.Finding, a.By, a.At, withdrawn: false))],
            end.Recording);
    }
}
