using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests;

public class LayerTests
{
    [Fact]
    public void Processing_knows_nothing_but_the_core_libraries()
    {
        string[] allowed = ["System.Runtime", "System.Runtime.Intrinsics", "System.Collections", "System.Linq", "System.Memory"];
        Assert.DoesNotContain(typeof(Pressure).Assembly.GetReferencedAssemblies(), a => !allowed.Contains(a.Name));
    }
}
