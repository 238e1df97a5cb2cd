extension Template {
    /// A small network of PyTorch on iris, without a pickle.
    static let torch = Template(
        name: "torch",
        summary: "a small network of PyTorch on iris, on the processor, without a pickle",
        files: [
            .init("learnware.yaml", IrisFiles.manifest(name: "iris-network", output: "INT64", shape: "[-1]")),
            .init(
                "__init__.py",
                #"""
                import json
                import os

                import torch
                from learnware.model import BaseModel

                HERE = os.path.dirname(os.path.abspath(__file__))


                class Model(BaseModel):
                    """Tells three species of iris apart by four lengths in centimetres.

                    To pack a network of your own: build it here, save its weights beside this file, load them, and set the shapes
                    here and in learnware.yaml. Whatever you import goes into requirements.txt.
                    """

                    def __init__(self):
                        # The shape of one row, and of one prediction: (1,) for a label.
                        super().__init__(input_shape=(4,), output_shape=(1,))
                        self.network = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
                        # Plain numbers. torch.load(…, weights_only=True) works too, for weights that are too many for text.
                        with open(os.path.join(HERE, "weights.json"), encoding="utf-8") as file:
                            saved = json.load(file)
                        shapes = self.network.state_dict()
                        self.network.load_state_dict(
                            {name: torch.tensor(saved[name]).reshape(value.shape) for name, value in shapes.items()}
                        )
                        self.network.eval()

                    def predict(self, X):
                        # X holds one row for each prediction. A tensor is as good an answer as an array.
                        with torch.no_grad():
                            return self.network(torch.as_tensor(X, dtype=torch.float32)).argmax(dim=1)

                """#
            ),
            .init(
                "requirements.txt",
                #"""
                torch==2.13.0
                numpy==2.4.6

                """#
            ),
            .init(
                "semantic_specification.json",
                IrisFiles.semantics(
                    name: "Iris species, small network",
                    description:
                        "Tells three species of iris apart by the lengths and widths of sepals and petals, with a small network of PyTorch.",
                    library: "PyTorch"
                )
            ),
            .init("stat_spec.json", IrisFiles.statisticalSpecification),
            .init(
                "train.py",
                #"""
                """Trains the network and writes weights.json beside this file.

                    pip install torch scikit-learn
                    python train.py

                scikit-learn gives the data here, and is not needed to predict.
                """

                import json
                import os

                import torch
                from sklearn.datasets import load_iris

                HERE = os.path.dirname(os.path.abspath(__file__))

                data = load_iris()
                X = torch.tensor(data.data, dtype=torch.float32)
                y = torch.tensor(data.target)

                torch.manual_seed(7)
                network = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
                optimizer = torch.optim.Adam(network.parameters(), lr=0.05, weight_decay=1e-3)
                for _ in range(300):
                    optimizer.zero_grad()
                    torch.nn.functional.cross_entropy(network(X), y).backward()
                    optimizer.step()
                print(f"accuracy on the training data: {(network(X).argmax(dim=1) == y).float().mean():.3f}")

                # Text, which anybody can read; torch.save writes a pickle. Four places are enough for single precision and this task.
                weights = {name: [[round(v, 4) for v in row] for row in value.reshape(len(value), -1).tolist()]
                           for name, value in network.state_dict().items()}
                with open(os.path.join(HERE, "weights.json"), "w", encoding="utf-8") as file:
                    json.dump(weights, file)
                    file.write("\n")

                """#
            ),
            .init(
                "weights.json",
                #"""
                {
                  "0.weight": [
                    [-0.1355, -0.1083, -0.0718, -0.0216],
                    [0.6126, 0.855, -0.6812, -1.1111],
                    [-0.5314, -0.47, 1.1415, 1.3504],
                    [0.634, 0.7816, -0.2511, -0.9566],
                    [0.1816, -0.3763, 0.5893, -0.2982],
                    [0.1959, -0.4873, 0.9354, 0.8781],
                    [0.0844, -0.3499, 1.1096, 1.1612],
                    [0.2424, -0.4186, 0.5753, 0.2176]
                  ],
                  "0.bias": [
                    [-0.0002], [1.4794], [-1.7708], [1.3857], [0.6715], [-0.8161], [-1.0963], [-0.0104]
                  ],
                  "2.weight": [
                    [-0.0393, 1.2755, -0.5888, 1.0119, -0.2381, -0.765, -1.0347, -0.5478],
                    [0.007, 0.368, -1.1399, 0.4851, 0.9631, 0.1063, -0.0931, 0.321],
                    [0.0219, -1.4219, 1.797, -1.135, -0.0766, 1.0886, 1.3109, 0.241]
                  ],
                  "2.bias": [
                    [0.4963], [0.4019], [-1.1791]
                  ]
                }

                """#
            ),
        ]
    )
}
