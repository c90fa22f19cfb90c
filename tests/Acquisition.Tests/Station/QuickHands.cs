namespace Vascular.Acquisition.Tests.Station;

/// <summary>Steps of a scenario's script, done as quickly as they can be: for runs in real time.</summary>
internal static class QuickHands
{
    /// <summary>The right arm's pressure by the module itself.</summary>
    public const string Arm = """
          - step: arm.right
            site: R.ARM
            actions:
              - bind: { device: cuff-1, site: R.ARM }
              - wait: { seconds: 1 }
              - start
              - wait_result: { device: cuff-1, deadline_s: 60 }
              - stop
              - accept

        """;

    /// <summary>A trace of the right toe.</summary>
    public const string Trace = """
          - step: ppg.right
            site: R.TOE
            actions:
              - bind: { device: ppg-1, site: R.TOE }
              - wait: { seconds: 1 }
              - start
              - wait: { seconds: 8 }
              - stop
              - accept

        """;

    /// <summary>Everything that is derived is accepted, and the examination ended.</summary>
    public const string End = """
          - step: derived
            actions:
              - accept
              - end

        """;

    /// <summary>The right toe's pressure by the return of its pulse.</summary>
    public static string Toe(int toMmHg, int untilMmHg, int pumpMmHgPerS) => $$"""
          - step: toe.right
            site: R.TOE
            actions:
              - bind: { device: cuff-1, site: R.TOE }
              - start
              - wait: { seconds: 5 }
              - inflate: { cuff: cuff-1, to_mmHg: {{toMmHg}}, mmHg_per_s: {{pumpMmHgPerS}} }
              - hold: { cuff: cuff-1, seconds: 8 }
              - bleed: { cuff: cuff-1, mmHg_per_s: 3, until_mmHg: {{untilMmHg}} }
              - wait_cuff: { cuff: cuff-1 }
              - dump: { cuff: cuff-1 }
              - wait: { seconds: 1 }
              - stop
              - accept

        """;
}
