using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Station;
using Vascular.Simulators.Scripts;

namespace Vascular.Benchmarks;

/// <summary>The report of the seed examination, as its end sends it: what every result of a benchmark says.</summary>
internal static class SeedReport
{
    public static SessionReport Play()
    {
        Scenario scenario = ScenarioFile.Load("seed-2017-09");
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

        public void Commit(ActEffect effect)
        {
        }

        public void Sealed(TapeSeal seal)
        {
        }

        public void Ended(ExaminationFold fold, ReadOnlyMemory<byte> recordingSha256) => Report = ReportOf.Examination(examination, fold, place, 1, recordingSha256);
    }
}
