using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Vascular.Simulators.Scripts;

/// <summary>A mapping of a scenario file, read strictly: a missing, misspelt or wrongly typed key is a fault with file, line and key.</summary>
internal sealed class ScenarioNode
{
    private readonly string file;
    private readonly string key;
    private readonly YamlMappingNode node;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    public ScenarioNode(string file, string key, YamlNode node)
    {
        (this.file, this.key) = (file, key);
        this.node = node as YamlMappingNode ?? throw new ScenarioFault(file, node.Start.Line, key, "expected keys with values");
    }

    /// <summary>A mapping that somebody said by itself, in YAML or JSON, and what is added to it.</summary>
    /// <exception cref="ScenarioFault">It is no mapping.</exception>
    public static ScenarioNode Of(string text, string key, params ReadOnlySpan<(string Name, string Value)> more)
    {
        YamlStream yaml = [];
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException wrong)
        {
            throw new ScenarioFault("", 1, key, wrong.Message);
        }

        YamlNode root = yaml.Documents[0].RootNode;
        foreach ((string name, string value) in more)
        {
            (root as YamlMappingNode)?.Add(name, value);
        }

        return new ScenarioNode("", key, root);
    }

    /// <summary>The file, for faults.</summary>
    public string File => file;

    public IEnumerable<string> Keys => node.Children.Keys.Select(k => ((YamlScalarNode)k).Value!);

    public bool Has(string name)
    {
        asked.Add(name);
        return node.Children.ContainsKey(new YamlScalarNode(name));
    }

    public string Text(string name) => Get(name) is YamlScalarNode { Value: { Length: > 0 } value }
        ? value
        : throw Fault(name, "expected a text");

    /// <summary>A decimal number in [<paramref name="from"/>, <paramref name="to"/>].</summary>
    public double Number(string name, double from, double to)
    {
        string text = Text(name);
        return double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double value) && value >= from && value <= to
            ? value
            : throw Fault(name, string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number from {from} to {to}"));
    }

    public bool Flag(string name) => Text(name) switch
    {
        "true" => true,
        "false" => false,
        string other => throw Fault(name, $"'{other}' is neither true nor false"),
    };

    /// <summary>One of a list of words.</summary>
    public T Word<T>(string name, params (string Word, T Value)[] words)
    {
        string text = Text(name);
        foreach ((string word, T value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        throw Fault(name, $"'{text}' is not one of {string.Join(", ", words.Select(w => w.Word))}");
    }

    public T Parsed<T>(string name, Func<string, T> parse)
    {
        try
        {
            return parse(Text(name));
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            throw Fault(name, wrong.Message);
        }
    }

    public ScenarioNode Map(string name) => new(file, Path(name), Get(name));

    public IReadOnlyList<YamlNode> List(string name) => Get(name) is YamlSequenceNode list
        ? [.. list.Children]
        : throw Fault(name, "expected a list");

    /// <summary>A list of mappings.</summary>
    public IEnumerable<ScenarioNode> Maps(string name) => List(name).Select((item, n) => new ScenarioNode(file, $"{Path(name)}[{n}]", item));

    /// <summary>Refuses keys nobody read.</summary>
    public void Close()
    {
        foreach (YamlNode child in node.Children.Keys)
        {
            if (!read.Contains(((YamlScalarNode)child).Value ?? ""))
            {
                throw new ScenarioFault(file, child.Start.Line, Path(child.ToString()), $"unknown key; {Keyed()}");
            }
        }
    }

    public ScenarioFault Fault(string name, string what) =>
        new(file, Has(name) ? node.Children[new YamlScalarNode(name)].Start.Line : node.Start.Line, Path(name), what);

    private YamlNode Get(string name)
    {
        asked.Add(name);
        read.Add(name);
        return Has(name) ? node.Children[new YamlScalarNode(name)] : throw Missing(name);
    }

    /// <summary>A key that is not there. Where the same quantity stands in another unit, that is what is wrong: the unit is part of the key.</summary>
    private ScenarioFault Missing(string name)
    {
        int unit = name.LastIndexOf('_');
        YamlNode? other = unit < 0 ? null : node.Children.Keys.FirstOrDefault(k => k is YamlScalarNode { Value: { } key } && key.StartsWith(name[..unit], StringComparison.Ordinal));
        return other is null
            ? Fault(name, "missing")
            : new ScenarioFault(file, other.Start.Line, Path(name), $"missing; '{other}' stands there instead: give the value in {name[(unit + 1)..]} and name it {name}");
    }

    /// <summary>What may stand here, as far as it was asked for.</summary>
    private string Keyed() => $"there may be {string.Join(", ", asked.Order(StringComparer.Ordinal))}";

    private string Path(string name) => key.Length == 0 ? name : $"{key}.{name}";
}
